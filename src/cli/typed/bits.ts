// The bits that a text means for a register, a part of one, or a field: by a number, or the name of a value.
import type { FieldInfo } from 'io-mapping/registers'
import { numberAdvice, parseBits, parseNumber } from '../../system/number-text.js'
import { UsageError } from '../failure.js'

/** A number of so many bits, called `name`; negative ones are their two's complement. @throws UsageError */
export const numberOfBits = (name: string, text: string, bits: number): bigint => {
  const value = parseBits(text, bits)
  if (value !== undefined) return value
  const what = bits === 1 ? '0 or 1' : `a number of ${bits} bits`
  const why = parseNumber(text) === undefined ? numberAdvice(text, what) : what
  throw new UsageError(`${name} is '${text}'; it must be ${why}`)
}

const FLAGS: FieldInfo['values'] = { true: 1, false: 0 }

const namesOf = ({ kind, values }: FieldInfo): FieldInfo['values'] => (kind === 'bit' ? FLAGS : values)

const named = (values: FieldInfo['values'], text: string): bigint | undefined => {
  const name = Object.keys(values).find(each => each.toLowerCase() === text.toLowerCase())
  const value = name === undefined ? undefined : values[name]
  if (value === undefined || value === 'others') return undefined
  return BigInt(typeof value === 'number' ? value : (value[0] as number))
}

/** Where names are numbers, what is none of them is a number only with 0x: 3 may be meant for a name. */
const isPlain = (values: FieldInfo['values']): boolean => !Object.keys(values).some(each => /^\d/.test(each))

const allowed = (field: FieldInfo): string => {
  const { kind, values, high, low } = field
  if (kind === 'bit') return '0, 1, true or false'
  const names = Object.keys(values).filter(name => values[name] !== 'others')
  const most = `0x${(2n ** BigInt(high - low + 1) - 1n).toString(16)}`
  const number = isPlain(values) ? 'a number' : 'a number with 0x,'
  return `${names.map(name => `${name}, `).join('')}${names.length > 0 ? 'or ' : ''}${number} from 0 to ${most}`
}

/** The bits that a text means for a field called `name`; `read` gives those of what is no name. @throws UsageError */
export const fieldBits = (
  name: string,
  field: FieldInfo,
  text: string,
  read: (text: string, bits: number) => bigint | undefined = parseBits,
): bigint => {
  const names = namesOf(field)
  const bits = field.high - field.low + 1
  const value = named(names, text) ?? (isPlain(names) || /^0x/i.test(text) ? read(text, bits) : undefined)
  if (value !== undefined) return value
  throw new UsageError(`${name} is '${text}'; it must be ${numberAdvice(text, allowed(field))}`)
}
