import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Command } from 'commander'
import { COMMANDS } from '../../src/cli/commands/index.js'
import { ROOT } from '../support/root.js'

const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  scripts: Record<string, string>
}

/** Checks that the command line takes these words, and does nothing. */
export const checkIomap = async (words: readonly string[]): Promise<void> => {
  const [name = '', ...rest] = words
  if (name.startsWith('-')) return assert.ok(['--help', '--version'].includes(name), name)
  const entry = COMMANDS[name] ?? assert.fail(`iomap has no command '${name}'`)
  const command = new Command(name).exitOverride().configureOutput({ outputError: () => {} })
  ;(await entry.load()).define(command, { run: async () => {}, commands: COMMANDS })
  await command.action(() => {}).parseAsync(rest, { from: 'user' })
}

const checkNpm = async ([verb = '', ...rest]: readonly string[]): Promise<void> => {
  if (verb === 'test') return
  if (verb === 'install')
    return assert.ok(
      rest.every(word => ['io-mapping', '--save-dev', 'typescript', '@types/node'].includes(word)),
    )
  assert.equal(verb, 'run')
  const [script = '', dashes, ...words] = rest
  assert.ok(script in scripts, `there is no script '${script}'`)
  assert.ok(dashes === undefined || dashes === '--')
  const iomap = words.indexOf('iomap')
  if (script === 'vm' && iomap >= 0) await checkIomap(words.slice(iomap + 1))
}

/** Checks the command lines of a block: all are npm's or iomap's. */
export const checkCommands = async (code: string): Promise<void> => {
  const lines = code.split('\n').map(line => line.replace(/(^|\s)#.*$/, '').trim())
  for (const line of lines.filter(each => each !== '').flatMap(each => each.split(' && '))) {
    const [program = '', ...words] = line.split(/\s+/)
    if (program === 'npm') await checkNpm(words)
    else if (program === 'iomap') await checkIomap(words)
    else assert.fail(`what is '${line}'?`)
  }
}
