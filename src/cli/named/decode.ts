// Reads registers, each by one access of its own width, and shows them by their names.
import { hex } from '../../system/numbers.js'
import type { IoMapping } from '../library.js'
import { hexValue, type Width, widthOfBytes } from '../typed/widths.js'
import type { LocatedRegister } from './located-register.js'

/** A register that was read, or why it wasn't. */
export interface Decoded {
  readonly register: LocatedRegister
  readonly raw: bigint | undefined
  readonly skipped: string | undefined
}

/** Why a register is not read unless it is asked for by its name; undefined: it is. */
export const whyNot = ({ info, on }: LocatedRegister): string | undefined => {
  if (info.access === 'write-only') return 'it is write-only'
  if (info.readEffect) return 'reading it changes the device'
  return on && `it lies on ${on}, and reading that changes the device`
}

export const widthOfRegister = ({ info }: LocatedRegister): Width => widthOfBytes(info.width, info.endianness)

/** One access; none to a register that is skipped. `asked`: whatever a read does. */
export const readRegister = (mapping: IoMapping, register: LocatedRegister, asked: boolean): Decoded => {
  const skipped = asked ? undefined : whyNot(register)
  if (skipped !== undefined) return { register, raw: undefined, skipped }
  using window = mapping.map(register.offset, register.info.width)
  return { register, raw: widthOfRegister(register).read(window, 0), skipped }
}

/** As the register's own functions take it. */
export const rawOf = (raw: bigint, { info }: LocatedRegister): number | bigint =>
  info.width === 8 ? raw : Number(raw)

/** Lines with offsets and names in columns. */
export const formatDecoded = (all: readonly Decoded[]): string => {
  const longest = (text: (register: LocatedRegister) => string) =>
    all.reduce((most, { register }) => Math.max(most, text(register).length), 0)
  const digits = longest(({ offset }) => hex(offset))
  const width = longest(({ name }) => name)
  return all
    .map(({ register, raw, skipped }) => {
      const offset = `0x${register.offset.toString(16).padStart(digits - 2, '0')}`
      const value = raw === undefined ? `skipped: ${skipped}` : register.info.format(rawOf(raw, register))
      return `${offset}  ${register.name.padEnd(width)}  ${value}\n`
    })
    .join('')
}

/** What --json prints of each. */
export const jsonOf = (all: readonly Decoded[]) =>
  all.map(({ register, raw, skipped }) => {
    const { name: width } = widthOfRegister(register)
    const about = { name: register.name, offset: register.offset, width }
    if (raw === undefined) return { ...about, skipped }
    const value = rawOf(raw, register)
    const fields = register.info.decode(value)
    return {
      ...about,
      value,
      hex: hexValue(raw, widthOfRegister(register)),
      ...(typeof fields === 'object' ? { fields } : {}),
    }
  })
