// Steps of a build, each done only if what it is made of, or what it made, is not what it was. By content: a checkout of another
// branch and back changes nothing, and a file that is gone or half written does.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** What each step was made of, and made, when it was last done. */
const RECORDS = 'build/steps'

/**
 * @typedef {object} Step
 * @property {string} name
 * @property {Files[]} inputs
 * @property {Files[]} outputs
 * @property {string[][]} commands what makes the outputs, one after another
 * @property {Record<string, string | undefined>} [settings] what else they are made of
 *
 * @typedef {string | { folder: string, ends: string[] }} Files a file, or those of a folder whose names end so
 */

/** The files that are there. Links are not followed: one leads out of build/, to this whole project. */
const namesOf = (root, files) => {
  if (typeof files === 'string') return existsSync(join(root, files)) ? [files] : []
  const { folder, ends } = files
  if (!existsSync(join(root, folder))) return []
  return readdirSync(join(root, folder), { withFileTypes: true })
    .flatMap(entry => {
      const path = join(folder, entry.name)
      if (entry.isDirectory()) return namesOf(root, { folder: path, ends })
      return entry.isFile() && ends.some(end => path.endsWith(end)) ? [path] : []
    })
    .sort()
}

const digest = (root, all, settings = {}) => {
  const hash = createHash('sha256').update(JSON.stringify(settings))
  for (const name of all.flatMap(files => namesOf(root, files))) {
    const content = readFileSync(join(root, name))
    hash.update(`\0${name}\0${content.length}\0`).update(content)
  }
  return hash.digest('hex')
}

const run = (root, [program, ...args]) => {
  // reads nothing of what is piped to the program that this is built for, and writes nothing where that writes
  const { status, error } = spawnSync(program, args, { cwd: root, stdio: ['ignore', 2, 2] })
  if (error) console.error(`io-mapping: ${program} can't be run (${error.code}): npm install`)
  return status === 0
}

/** Removes what was not written since: it is of sources that are no more. */
const removeOld = (root, outputs, since) => {
  for (const name of outputs.flatMap(files => namesOf(root, files)))
    if (statSync(join(root, name)).mtimeMs < since) rmSync(join(root, name))
}

/**
 * Does what is to be done of these steps, in their order; gives whether all is well.
 * @param {string} root @param {Step[]} steps
 */
export const build = (root, steps) => {
  mkdirSync(join(root, RECORDS), { recursive: true })
  for (const { name, inputs, outputs, commands, settings = {} } of steps) {
    const record = join(root, RECORDS, name)
    const before = digest(root, inputs, { commands, settings })
    const state = () => `${before} ${digest(root, outputs)}`
    if (existsSync(record) && readFileSync(record, 'utf8') === state()) continue
    console.error(`io-mapping: building: ${name}`)
    writeFileSync(record, '') // however this ends, until it is done it isn't
    const { mtimeMs } = statSync(record)
    if (!commands.every(command => run(root, command))) return false
    removeOld(root, outputs, mtimeMs)
    writeFileSync(record, state())
  }
  return true
}
