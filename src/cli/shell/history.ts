import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'

const LINES_MAX = 1000

/** As the XDG base directories have it. */
const pathOf = (): string =>
  join(process.env.XDG_STATE_HOME || join(homedir(), '.local/state'), 'iomap/history')

/** The lines that were typed, from one shell to the next. The newest is the first, as readline has it. */
export class History {
  readonly lines: string[]

  constructor() {
    this.lines = readLines().reverse()
  }

  add(line: string): void {
    const before = this.lines.indexOf(line)
    if (before >= 0) this.lines.splice(before, 1)
    this.lines.unshift(line)
  }

  /** @throws if it can't be saved */
  save(): void {
    const path = pathOf()
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    const text = this.lines.slice(0, LINES_MAX).reverse().join('\n')
    writeFileSync(path, `${text}\n`, { mode: 0o600 })
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
