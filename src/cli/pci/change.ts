// What is to be written to a register: a value, a value under a mask, or a field's.
import type { FieldInfo } from 'io-mapping/registers'
import { hex } from '../../system/numbers.js'
import { UsageError } from '../failure.js'
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

const TRUTHS: Readonly<Record<string, number>> = { 0: 0, 1: 1, false: 0, true: 1 }

/** What a request asks to write to its target. @throws UsageError */
export const parseChange = (request: Request, target: Target): Change => {
  const { text, value = '' } = request
  const { info, field, name, width } = target
  if (isByName(request) && (field ?? info)?.access === 'read-only')
    throw new UsageError(
      `'${text}': ${name} is read-only${field ? '' : `; by its offset it is written all the same: ${placeText(target)}=…`}`,
    )
  if (field) return ofField(request, field)
  const [bits = '', masked, ...rest] = value.split(':')
  if (bits === '' || rest.length > 0 || value.includes(','))
    throw new UsageError(
      `'${text}': what is written is one value, or VALUE:MASK; name each register by itself`,
    )
  const number = fitting(text, bits, 'value', 'the register', width * 8)
  const all = mostOf(width * 8)
  if (masked === undefined) return { value: number, mask: all, whole: true }
  const mask = fitting(text, masked, 'mask', 'the register', width * 8)
  if (mask === 0) throw new UsageError(`'${text}': a mask of 0 changes nothing`)
  if ((number & ~mask) !== 0)
    throw new UsageError(`'${text}': the value has bits that are not in the mask, ${hex(mask)}`)
  return { value: number, mask, whole: mask === all }
}

/** By its offset, anything can be written: what a name promises is not asked for. */
const isByName = ({ head, plus }: Request): boolean => typeof head === 'string' && plus === undefined

const mostOf = (bits: number): number => 2 ** bits - 1

/** What was typed for so many bits of a holder. */
const fitting = (text: string, typed: string, role: string, holder: string, bits: number): number => {
  const value = configBits(typed, `the ${role} in '${text}'`, bits)
  if (value !== undefined) return value
  throw new UsageError(`'${text}': ${typed} does not fit ${holder}, which takes up to ${hex(mostOf(bits))}`)
}

const ofField = ({ text, value = '' }: Request, field: FieldInfo): Change => {
  const { low, high } = field
  const bits = fieldBits(text, value, field)
  return { value: bits * 2 ** low, mask: mostOf(high - low + 1) * 2 ** low, whole: false }
}

/** A flag's 0 or 1, a number; an enumeration's name or, since names can be digits, a number with 0x. */
const fieldBits = (text: string, value: string, { name, kind, values, high, low }: FieldInfo): number => {
  const number = () => fitting(text, value, 'value', name, high - low + 1)
  if (kind === 'bit') {
    const bit = TRUTHS[value.toLowerCase()]
    if (bit !== undefined) return bit
    throw new UsageError(`'${text}': ${name} is one bit; write 0 or 1`)
  }
  if (kind !== 'enumeration') return number()
  const known = Object.entries(values).find(([each]) => each.toLowerCase() === value.toLowerCase())?.[1]
  if (known !== undefined && known !== 'others') return [known].flat()[0] as number
  if (/^0x/i.test(value)) return number()
  throw new UsageError(`'${text}': ${name} is one of ${Object.keys(values).join(', ')}, or a number with 0x`)
}

/** What is written: of what was read before, the bits outside the mask, without effects there. */
export const written = ({ value, mask, whole }: Change, before: number, target: Target): number =>
  whole ? value : ((keptIn(target.places, target, before) & ~mask) | value) >>> 0
