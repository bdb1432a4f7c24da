import { appendFileSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, isAbsolute, join } from 'node:path'
import { makeFolder } from '../files/folder.js'

const LINES_MAX = 1000

/** As the XDG base directories have it, which ignore a path that begins nowhere. */
const pathOf = (): string => {
  const { XDG_STATE_HOME: folder = '' } = process.env
  return join(isAbsolute(folder) ? folder : join(homedir(), '.local/state'), 'iomap/history')
}

/**
 * The lines that were typed, from one shell to the next. The newest is the first, as readline has it. Each is saved when it is typed: a shell may
 * end at any time, and others may run beside it.
 */
export class History {
  readonly lines: string[]

  constructor() {
    const all = readLines()
    this.lines = [...new Set([...all].reverse())].slice(0, LINES_MAX)
    if (all.length > 2 * LINES_MAX) shorten(this.lines)
  }

  /** @throws if it can't be saved */
  add(line: string): void {
    const before = this.lines.indexOf(line)
    if (before >= 0) this.lines.splice(before, 1)
    this.lines.unshift(line)
    const path = pathOf()
    makeFolder(dirname(path), 0o700)
    appendFileSync(path, `${line}\n`, { mode: 0o600 })
  }
}

const readLines = (): string[] => {
  try {
    return readFileSync(pathOf(), 'utf8')
      .split('\n')
      .filter(line => line !== '')
  } catch {
    return [] // there is none yet
  }
}

/** Leaves these lines in the file alone. */
const shorten = (lines: readonly string[]): void => {
  const path = pathOf()
  const beside = `${path}.${process.pid}`
  try {
    writeFileSync(beside, `${[...lines].reverse().join('\n')}\n`, { mode: 0o600 })
    renameSync(beside, path)
  } catch {
    rmSync(beside, { force: true }) // it stays long
  }
}
