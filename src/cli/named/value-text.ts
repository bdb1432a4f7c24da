// A field's or a register's value as text.
import type { FieldInfo, RegisterInfo } from 'io-mapping/registers'
import { numberAdvice, parseBits, parseNumber } from '../../system/number-text.js'
import { hex } from '../../system/numbers.js'
import { UsageError } from '../failure.js'
import { rawOf } from './decode.js'
import type { LocatedRegister } from './located-register.js'
import type { Target } from './name-index.js'

const FLAGS: Readonly<Record<string, bigint>> = { true: 1n, false: 0n }

const named = (values: FieldInfo['values'], text: string): bigint | undefined => {
  const name = Object.keys(values).find(each => each.toLowerCase() === text.toLowerCase())
  const value = name === undefined ? undefined : values[name]
  if (value === undefined || value === 'others') return undefined
  return BigInt(typeof value === 'number' ? value : (value[0] as number))
}

const allowed = ({ kind, values, high, low }: FieldInfo): string => {
  const names = Object.keys(values).filter(name => values[name] !== 'others')
  const most = `0x${(2n ** BigInt(high - low + 1) - 1n).toString(16)}`
  if (kind === 'bit') return '0, 1, true or false'
  return `${names.map(name => `${name}, `).join('')}${names.length > 0 ? 'or ' : ''}a number from 0 to ${most}`
}

/** The bits that a text means for a field. @throws UsageError */
export const fieldBits = (name: string, field: FieldInfo, text: string): bigint => {
  const width = field.high - field.low + 1
  const value = FLAGS[text.toLowerCase()] ?? named(field.values, text) ?? parseBits(text, width)
  if (value !== undefined && BigInt.asUintN(width, value) === value) return value
  throw new UsageError(`${name} is '${text}'; it must be ${numberAdvice(text, allowed(field))}`)
}

/** The raw value that a text means for a register; negative ones are their two's complement. @throws UsageError */
export const registerBits = (name: string, { width }: Pick<RegisterInfo, 'width'>, text: string): bigint => {
  const bits = parseBits(text, width * 8)
  if (bits !== undefined) return bits
  const why =
    parseNumber(text) === undefined ? numberAdvice(text, 'a number') : `a number of ${width * 8} bits`
  throw new UsageError(`${name} is '${text}'; it must be ${why}`)
}

/** What is called so in messages and in what is printed: `UART0.CONTROL.ENABLE`. */
export const targetName = ({ register, field }: Target): string =>
  field === undefined ? register.name : `${register.name}.${field.name}`

/** The bits that a text means for a target. @throws UsageError */
export const targetBits = (target: Target, text: string): bigint =>
  target.field === undefined
    ? registerBits(targetName(target), target.register.info, text)
    : fieldBits(targetName(target), target.field, text)

/** A target's bits, of its register's raw value. */
export const bitsOfTarget = ({ field }: Target, raw: bigint): bigint =>
  field === undefined ? raw : BigInt.asUintN(field.high - field.low + 1, raw >> BigInt(field.low))

/** A target's value as people read it: of a field 0, 1, a name or a hexadecimal number; of a register with its fields. */
export const formatTarget = (target: Target, raw: bigint): string => {
  const { register, field } = target
  const { info } = register
  const value = rawOf(raw, register)
  if (field === undefined) return info.format(value)
  const decoded = (info.decode(value) as Record<string, unknown>)[field.name]
  if (typeof decoded === 'string') return decoded
  const bits = bitsOfTarget(target, raw)
  return nameOf(field, bits) ?? (field.kind === 'bit' ? String(bits) : hex(bits))
}

/** What a value that is written is called; of one that is read, the register itself says it. */
const nameOf = ({ values }: FieldInfo, bits: bigint): string | undefined =>
  Object.keys(values).find(name => [values[name]].flat().some(value => value === Number(bits)))

/** A register's value as it is written: with the fields that can only be written, too. */
export const formatWritten = (register: LocatedRegister, raw: bigint): string => {
  const { info } = register
  const text = info.format(rawOf(raw, register))
  const said = (target: Target) =>
    target.field?.kind === 'bit' ? bitsOfTarget(target, raw) === 1n : formatTarget(target, raw)
  const fields = info.fields
    .filter(({ access }) => access === 'write-only')
    .map(field => `${field.name}: ${said({ register, field })}`)
    .join(', ')
  if (fields === '') return text
  return text.endsWith(' }') ? `${text.slice(0, -2)}, ${fields} }` : `${text} { ${fields} }`
}
