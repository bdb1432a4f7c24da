import { Option } from 'commander'
import { UsageError } from '../failure.js'

const UNITS: Readonly<Record<string, number>> = { us: 1e-3, ms: 1, s: 1000, m: 60_000, h: 3_600_000 }

/** The longest that a timer takes. */
const MOST_MS = 2 ** 31 - 1

/** A parser, for commander, of a duration called `name`, in milliseconds: 500ms, 1s, 2m; a number alone counts seconds. */
export const duration =
  (name: string) =>
  (text: string): number => {
    const [, number = '', unit = 's'] = /^(\d+(?:\.\d+)?)(us|ms|s|m|h)?$/.exec(text.trim()) ?? []
    const milliseconds = Number(number) * (UNITS[unit] ?? 1)
    if (number !== '' && milliseconds <= MOST_MS) return milliseconds
    throw new UsageError(
      `${name} is '${text.trim()}'; it must be such as 1ms, 0.5s or 2m, at most ${MOST_MS} ms`,
    )
  }

/** The option `--interval`, of so many milliseconds by default. */
export const intervalOption = (milliseconds: number): Option =>
  new Option('-i, --interval <time>', 'from one look to the next; 0: at once')
    .argParser(duration('--interval'))
    .default(milliseconds, `${milliseconds}ms`)
