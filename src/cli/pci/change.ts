// What is to be written to a register: a value, a value under a mask, or a field's.
import type { FieldInfo } from 'io-mapping/registers'
import { hex } from '../../system/numbers.js'
import { UsageError } from '../failure.js'
import { fieldBits } from '../typed/bits.js'
import { keptIn } from './kept.js'
import { configBits } from './numbers.js'
import type { Request } from './request.js'
import { placeText } from './show.js'
import type { Target } from './target.js'

/** Bits to be written, and which; those outside the mask are to stay. */
export interface Change {
  readonly value: number
  readonly mask: number
  /** Whether these are all the bits of the register, so that it need not be read first. */
  readonly whole: boolean
}

/** What a request asks to write to its target. @throws UsageError */
export const parseChange = (request: Request, target: Target): Change => {
  const { text, value = '' } = request
  const { info, field, name, width } = target
  if (isByName(request) && (field ?? info)?.access === 'read-only')
    throw new UsageError(
      `'${text}': ${name} is read-only${field ? '' : `; by its offset it is written all the same: ${placeText(target)}=…`}`,
    )
  if (field) return ofField(request, name, field)
  const [bits = '', masked, ...rest] = value.split(':')
  if (bits === '' || rest.length > 0 || value.includes(','))
    throw new UsageError(
      `'${text}': what is written is one value, or VALUE:MASK; name each register by itself`,
    )
  const size = width * 8
  const all = mostOf(size)
  const number = fitting(text, bits, 'value', size)
  if (masked === undefined) return { value: number, mask: all, whole: true }
  const mask = fitting(text, masked, 'mask', size)
  if (mask === 0) throw new UsageError(`'${text}': a mask of 0 changes nothing`)
  if ((number & ~mask) !== 0)
    throw new UsageError(`'${text}': the value has bits that are not in the mask, ${hex(mask)}`)
  return { value: number, mask, whole: mask === all }
}

/** By its offset, anything can be written: what a name promises is not asked for. */
const isByName = ({ head, plus }: Request): boolean => typeof head === 'string' && plus === undefined

const mostOf = (bits: number): number => 2 ** bits - 1

/** What was typed for a register of so many bits. */
const fitting = (text: string, typed: string, role: string, bits: number): number => {
  const value = configBits(typed, `the ${role} in '${text}'`, bits)
  if (value !== undefined) return Number(value)
  throw new UsageError(
    `'${text}': ${typed} does not fit the register, which takes up to ${hex(mostOf(bits))}`,
  )
}

const ofField = ({ text, value = '' }: Request, name: string, field: FieldInfo): Change => {
  const { low, high } = field
  const read = (word: string, size: number) =>
    /^[0-9~-]/.test(word) ? configBits(word, `the value in '${text}'`, size) : undefined
  const bits = Number(fieldBits(name, field, value, read))
  return { value: bits * 2 ** low, mask: mostOf(high - low + 1) * 2 ** low, whole: false }
}

/** What is written: of what was read before, the bits outside the mask, without effects there. */
export const written = ({ value, mask, whole }: Change, before: number, target: Target): number =>
  whole ? value : ((keptIn(target.places, target, before) & ~mask) | value) >>> 0
