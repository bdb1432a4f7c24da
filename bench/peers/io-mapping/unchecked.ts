// The library without its check for faults: what that check costs is the difference.
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { projectRoot } from '../../paths.js'

type Library = typeof import('io-mapping')

const CHECK = /^\s*if \(faults\[0\] !== this\.core\.seen\) this\.checkFault\("\w+"\);$/gm
/** Reads and writes, at four widths. */
const CHECKS = 8

const checksIn = (file: string): number => readFileSync(file, 'utf8').match(CHECK)?.length ?? 0

/** The piece of the bundle in `folder` that has them all. */
const pieceWithChecks = (folder: string): string => {
  const pieces = readdirSync(folder).filter(name => name.endsWith('.js'))
  const found = pieces.map(name => join(folder, name)).find(file => checksIn(file) === CHECKS)
  if (found === undefined) throw new Error(`no file in ${folder} has ${CHECKS} checks of this form`)
  return found
}

/** A copy of the library, as it is; or without its checks. */
export const copyOfLibrary = async (checked: boolean): Promise<Library> => {
  const folder = mkdtempSync(join(tmpdir(), 'io-mapping-bench-'))
  try {
    for (const part of ['dist', 'prebuilds', 'scripts', 'package.json'])
      cpSync(join(projectRoot, part), join(folder, part), { recursive: true })
    const piece = pieceWithChecks(join(folder, 'dist'))
    if (!checked) writeFileSync(piece, readFileSync(piece, 'utf8').replaceAll(CHECK, ''))
    return await import(pathToFileURL(join(folder, 'dist', 'index.js')).href)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
