// Which registers and clusters lie on others: unions, and alternate registers. Their descriptions must say so.
import { block, findOverlaps, type Parts, reg8, reg16, reg32, reg64, registers } from 'io-mapping/registers'
import type { Cluster, Item, Register } from '../model.js'
import { registerModes, safeName } from './plan-item.js'

const REGISTERS = { 8: reg8, 16: reg16, 32: reg32, 64: reg64 }

const found = new WeakMap<readonly Item[], ReadonlySet<string>>()

/** The names, as blocks can have them, of those that lie on others: one look for all that share these items. */
export const overlapsIn = (items: readonly Item[]): ReadonlySet<string> => {
  const known = found.get(items)
  if (known) return known
  const names = new Set(findOverlaps(skeletonsOf(items, new Set())))
  found.set(items, names)
  return names
}

/** Registers and clusters by their places and sides alone; those of `on` say that they lie on others. */
const skeletonsOf = (items: readonly Item[], on: ReadonlySet<string>): Parts =>
  Object.fromEntries(
    items.map(item => {
      const name = safeName(item.name, items)
      const made = item.kind === 'register' ? registerOf(item) : clusterOf(item)
      const part = on.has(name) ? made.overlaps : made
      return [name, item.array ? part.array(item.array.count, item.array.stride) : part]
    }),
  )

const registerOf = (register: Register) => {
  const made = REGISTERS[register.bits](register.offset)
  const [mode] = registerModes(register)
  return mode === 'ro' || mode === 'wo' ? made[mode] : made
}

const clusterOf = ({ offset, items }: Cluster) =>
  block(offset, registers(skeletonsOf(items, overlapsIn(items))))
