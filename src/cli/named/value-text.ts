// A field's or a register's value as text.
import type { FieldInfo } from 'io-mapping/registers'
import { hex } from '../../system/numbers.js'
import { fieldBits, numberOfBits } from '../typed/bits.js'
import { rawOf } from './decode.js'
import type { LocatedRegister } from './located-register.js'
import type { Target } from './name-index.js'

/** What is called so in messages and in what is printed: `UART0.CONTROL.ENABLE`. */
export const targetName = ({ register, field }: Target): string =>
  field === undefined ? register.name : `${register.name}.${field.name}`

/** The bits that a text means for a target. @throws UsageError */
export const targetBits = (target: Target, text: string): bigint =>
  target.field === undefined
    ? numberOfBits(targetName(target), text, sizeOfTarget(target))
    : fieldBits(targetName(target), target.field, text)

/** How many bits a target has. */
export const sizeOfTarget = ({ register, field }: Target): number =>
  field === undefined ? register.info.width * 8 : field.high - field.low + 1

/** A target's bits, of its register's raw value. */
export const bitsOfTarget = (target: Target, raw: bigint): bigint =>
  BigInt.asUintN(sizeOfTarget(target), raw >> BigInt(target.field?.low ?? 0))

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
