import { numberAdvice, parseBits, parseNumber } from '../../system/number-text.js'
import { parseSize } from '../../system/numbers.js'
import { UsageError } from '../failure.js'
import type { Width } from './widths.js'

const asked = (error: unknown): UsageError =>
  new UsageError(error instanceof Error ? error.message : String(error))

/** A parser, for commander, of a whole number of bytes called `name`: 4096, 0x1000, 16M. */
export const byteCount =
  (name: string) =>
  (text: string): number => {
    try {
      return parseSize(text.trim(), name)
    } catch (error) {
      throw asked(error)
    }
  }

/** The same, for what must not be zero. */
export const positive =
  (name: string) =>
  (text: string): number => {
    const value = byteCount(name)(text)
    if (value > 0) return value
    throw new UsageError(`${name} is ${text.trim()}; it must be 1 or more`)
  }

/** What one JSON document may have of what is found: memory holds it. */
const KEPT_MAX = 1_000_000

/** Refuses more in one JSON document than memory may hold; lines are printed as they are found. */
export const checkKept = ({ json, max }: { readonly json?: true; readonly max: number }): void => {
  if (json && max > KEPT_MAX)
    throw new UsageError(
      `--max is ${max}; with --json it must be at most ${KEPT_MAX}, without it there is no limit`,
    )
}

/** Whether a text is a number where a name may stand, too, which can begin with a digit; one that is refused, such as 010, is one. */
export const isNumber = (text: string): boolean =>
  parseNumber(text) !== undefined || /^\s*[0-9_]+$/.test(text)

/** A parser, for commander, of an option that may be given several times. */
export const repeated = (text: string, all: readonly string[] = []): string[] => [...all, text]

/** The bytes of the widest access. */
const WIDEST = 8

const VALUES = 'a whole number such as 255, 0xff, 0b1010, -1, ~0x80 or 1<<7'

/** What the help says of a value. */
export const VALUE_HELP = 'what: 255, 0xff, 0b1010, -1, ~0x80, 1<<7'

/** A value of a width, called `what`: negative ones become their two's complement. */
export const valueFor = (
  text: string,
  { name, bytes }: Pick<Width, 'name' | 'bytes'>,
  what = 'VALUE',
): bigint => {
  const bits = parseBits(text, bytes * 8)
  if (bits !== undefined) return bits
  if (parseNumber(text) === undefined)
    throw new UsageError(`${what} is '${text.trim()}'; it must be ${numberAdvice(text, VALUES)}`)
  const remedy = bytes === WIDEST ? 'no access is wider' : 'choose a wider --width'
  throw new UsageError(`${what} is ${text.trim()}, which does not fit a ${name}; ${remedy}`)
}

/** In pixels. */
export interface Size {
  readonly width: number
  readonly height: number
}

/** What fits into memory: four screens of 8K. */
const PIXELS_MAX = 2 ** 27

/** A picture's size in pixels: 1024x768. */
export const pictureSize = (text: string): Size => {
  const [width = 0, height = 0] = /^[0-9]+x[0-9]+$/.test(text) ? text.split('x').map(Number) : []
  if (width === 0 || height === 0)
    throw new UsageError(`--size is '${text}'; it must be WIDTHxHEIGHT in pixels, such as 1024x768`)
  if (width * height <= PIXELS_MAX) return { width, height }
  throw new UsageError(
    `--size is ${text}; a picture has ${PIXELS_MAX} pixels at most, as 16384x8192 has. ` +
      'Save a part of it: --offset and --stride say where',
  )
}
