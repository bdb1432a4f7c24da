// The library without its check for faults: what that check costs is the difference.
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { projectRoot } from '../../paths.js'

type Library = typeof import('io-mapping')

const CHECK = /^\s*if \(faults\[0\] !== this\.core\.seen\)\s*this\.checkFault\('\w+'\);$/gm
/** Reads and writes, at four widths. */
const CHECKS = 8

const withoutChecks = (text: string): string => {
  const found = text.match(CHECK)?.length
  if (found !== CHECKS) throw new Error(`io-mem.js has ${found ?? 0} checks of this form, not ${CHECKS}`)
  return text.replaceAll(CHECK, '')
}

/** A copy of the library, as it is; or without its checks. */
export const copyOfLibrary = async (checked: boolean): Promise<Library> => {
  const folder = mkdtempSync(join(tmpdir(), 'io-mapping-bench-'))
  try {
    for (const part of ['dist', 'prebuilds', 'package.json'])
      cpSync(join(projectRoot, part), join(folder, part), { recursive: true })
    const path = join(folder, 'dist', 'window', 'io-mem.js')
    const text = readFileSync(path, 'utf8')
    const unchecked = withoutChecks(text)
    writeFileSync(path, checked ? text : unchecked)
    return await import(pathToFileURL(join(folder, 'dist', 'index.js')).href)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
