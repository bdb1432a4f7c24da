// A model as a block of io-mapping/registers, for decoding.
import {
  bigBits,
  bit,
  bits,
  block,
  type Endianness,
  enumeration,
  reg8,
  reg16,
  reg32,
  reg64,
  registers,
} from 'io-mapping/registers'
import type { Cluster, Device, Item, Names, Peripheral, Register } from '../model.js'
import { Oddity } from '../oddity.js'
import { overlapsIn } from './overlaps.js'
import { fieldCall, registerModes, safeName } from './plan-item.js'

type Block = ReturnType<typeof registers>
/** What has modes; which, is checked by io-mapping/registers. */
type Modal = { readonly [mode: string]: Modal }

const FIELDS = { bit, bits, bigBits, enumeration }
const REGISTERS = { 8: reg8, 16: reg16, 32: reg32, 64: reg64 }

/** Applies modes by their names. */
const withModes = (modal: unknown, modes: readonly string[]): unknown =>
  modes.reduce((now, mode) => now[mode] as Modal, modal as Modal)

const valuesOf = (names: Names) =>
  Object.fromEntries(names.map(({ name, values }) => [name, values.length === 1 ? values[0] : values]))

/** `overlaps`: it lies on others. */
const defineRegister = (register: Register, overlaps: boolean) => {
  const { offset, fields, array, resetValue } = register
  const made = fields.map(field => {
    const { call, bits: ends, names, modes } = fieldCall(field, register)
    const describe = FIELDS[call] as (...args: unknown[]) => unknown
    return [
      safeName(field.name, fields),
      withModes(describe(...ends, ...names.map(valuesOf)), modes),
    ] as const
  })
  const plain = REGISTERS[register.bits](offset, Object.fromEntries(made) as never)
  const described = withModes(plain, registerModes(register)) as ReturnType<typeof reg64>
  const reset = described.reset((register.bits === 64 ? resetValue : Number(resetValue)) as bigint)
  const whole = overlaps ? reset.overlaps : reset
  return array ? whole.array(array.count, array.stride) : whole
}

const defineCluster = ({ offset, items, array }: Cluster, overlaps: boolean, endianness: Endianness) => {
  const described = block(offset, define(items, endianness))
  const nested = overlaps ? described.overlaps : described
  return array ? nested.array(array.count, array.stride) : nested
}

/** The block that these registers and clusters make. */
const define = (items: readonly Item[], endianness: Endianness): Block => {
  const overlapping = overlapsIn(items)
  const parts = items.map(item => {
    const name = safeName(item.name, items)
    const overlaps = overlapping.has(name)
    return [
      name,
      item.kind === 'register' ? defineRegister(item, overlaps) : defineCluster(item, overlaps, endianness),
    ]
  })
  return registers(Object.fromEntries(parts), { endianness })
}

/** A peripheral's block. @throws Oddity, if it can't be one */
export const definePeripheral = ({ endianness }: Device, { name, items }: Peripheral): Block => {
  const read = items()
  try {
    return define(read, endianness)
  } catch (error) {
    if (!(error instanceof Error && error.name === 'IoMappingError')) throw error
    throw new Oddity(name, `it can't be described: ${error.message}`)
  }
}
