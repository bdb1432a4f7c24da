// STATUS.DONE=1, 0x10&0x80!=0: what is waited for.
import { UsageError } from '../failure.js'
import type { IoMapping } from '../library.js'
import { numberOfBits } from '../typed/bits.js'
import { type Places, readWatched, type Watched, watchedOf } from './watched.js'

export interface Condition {
  readonly watched: Watched
  /** Whether it is met by what one access gives. */
  test(raw: bigint): boolean
}

const OPERATORS: Readonly<Record<string, (found: bigint, asked: bigint) => boolean>> = {
  '=': (found, asked) => found === asked,
  '==': (found, asked) => found === asked,
  '!=': (found, asked) => found !== asked,
  '<': (found, asked) => found < asked,
  '<=': (found, asked) => found <= asked,
  '>': (found, asked) => found > asked,
  '>=': (found, asked) => found >= asked,
}

const EQUAL: readonly string[] = ['=', '==']

/** In a number, << is a shift. */
const SHAPE =
  /^((?:[^=!<>&]|<<)+?)\s*(?:&\s*((?:[^=!<>]|<<)+?)\s*)?(==|!=|<=|>=|=|<(?!<)|>)\s*((?:[^=!<>]|<<)+)$/

/** What a text asks for. @throws UsageError */
export const parseCondition = (places: Places, text: string): Condition => {
  const [, place, mask, operator = '', value = ''] = SHAPE.exec(text.trim()) ?? []
  if (place === undefined)
    throw new UsageError(
      `'${text}' is no condition; it must be such as STATUS.DONE=1, 0x10!=0 or 0x10&0x80=0x80 (=, !=, <, <=, >, >=)`,
    )
  const [watched, ...more] = watchedOf(places, place)
  if (!watched || more.length > 0)
    throw new UsageError(`'${place}' is ${more.length + 1} registers; a condition is about one of them`)
  const masked = mask === undefined ? -1n : numberOfBits(`the mask of ${watched.name}`, mask, watched.size)
  const asked = watched.parse(value)
  if (EQUAL.includes(operator) && (asked & ~masked) !== 0n)
    throw new UsageError(`'${text}' is never met: ${value} has bits that the mask ${mask} has not`)
  const meets = OPERATORS[operator] as (found: bigint, asked: bigint) => boolean
  return { watched, test: raw => meets(watched.bits(raw) & masked, asked) }
}

/** Whether it is met now: one access; and what that gave. */
export const check = (mapping: IoMapping, { watched, test }: Condition): { met: boolean; raw: bigint } => {
  const raw = readWatched(mapping, watched)
  return { met: test(raw), raw }
}
