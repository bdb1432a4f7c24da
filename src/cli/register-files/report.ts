// What is told of the oddities of a register file: on stderr, and by the exit code under --strict.
import type { Command } from 'commander'
import { Failure } from '../failure.js'
import { STDIN } from '../files/input.js'
import type { Oddities } from './oddity.js'

export interface ReportOptions {
  readonly strict?: true
  readonly quiet?: true
}

export const addReportOptions = (command: Command): Command =>
  command
    .option('--strict', 'let what is wrong in the file be errors: nothing is written, exit code 1')
    .option('-q, --quiet', 'say nothing of what is wrong in the file')

/** More would hide what else is on the screen; --json has them all. */
const SHOWN_MAX = 100

/** Tells what was wrong in what has been read of a file. @throws Failure, if that is to be an error */
export const reportOddities = (path: string, oddities: Oddities, { strict, quiet }: ReportOptions): void => {
  const { count, messages } = oddities
  if (count === 0) return
  if (!quiet) {
    const kind = strict ? '' : 'warning: '
    for (const message of messages.slice(0, SHOWN_MAX)) process.stderr.write(`iomap: ${kind}${message}\n`)
    if (count > SHOWN_MAX) process.stderr.write(`iomap: ${kind}and ${count - SHOWN_MAX} more\n`)
  }
  if (strict) throw new Failure(`${counted(path, count)}; without --strict each costs its element alone`)
  if (!quiet)
    process.stderr.write(`iomap: ${counted(path, count)} (--strict makes them errors, --quiet hides them)\n`)
}

/** Tells that something was wrong in what has been read of a file, where all of it would be in the way. */
export const reportCount = (path: string, { count }: Oddities): void => {
  if (count === 0) return
  const how = path === STDIN ? 'save it in a file, and iomap svd FILE tells' : `iomap svd ${path} tells`
  process.stderr.write(`iomap: ${counted(path, count)} (${how})\n`)
}

const counted = (path: string, count: number): string =>
  `${path === STDIN ? 'standard input' : path}: ${count} ${count === 1 ? 'place is' : 'places are'} not as the format has it`
