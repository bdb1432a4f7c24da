// As the kernel's drivers/of/address.c has it: a node's `reg` is in its parent's address space, which `ranges` lays into the next.
import { dirname, join } from 'node:path'
import { isByteCount } from '../../system/numbers.js'
import { bytesOf, cellOf, entriesOf, stringsOf } from './properties.js'

/** A range of a node's `reg`, as the processor addresses it. */
export interface BusRange {
  /** Bus address, in bytes. */
  readonly base: number
  /** In bytes. */
  readonly size: number
}

/** A cell count is inherited, as the kernel has it. */
const cellsOf = (root: string, path: string, name: string): number => {
  const own = cellOf(join(root, path), name)
  if (own !== undefined) return own
  return path === '/' ? 1 : cellsOf(root, dirname(path), name)
}

/** Whether the addresses within a node are not memory: PCI's are configuration space, ISA's ports, too. */
const isOfItsOwn = (root: string, path: string): boolean =>
  ['pci', 'pciex', 'isa'].some(type => stringsOf(join(root, path), 'device_type').includes(type))

/** The address as the processor has it, of one that the children of `bus` use; undefined if it reaches none. */
const translate = (root: string, bus: string, address: bigint): bigint | undefined => {
  if (bus === '/') return address
  if (isOfItsOwn(root, bus)) return undefined
  const ranges = bytesOf(join(root, bus), 'ranges')
  if (ranges === undefined) return undefined // as of processors, or what hangs on I2C
  const parent = dirname(bus)
  if (ranges.length === 0) return translate(root, parent, address)
  const cells = [
    cellsOf(root, bus, '#address-cells'),
    cellsOf(root, parent, '#address-cells'),
    cellsOf(root, bus, '#size-cells'),
  ]
  for (const [child = 0n, above = 0n, size = 0n] of entriesOf(ranges, cells)) {
    if (child <= address && address < child + size) return translate(root, parent, above + (address - child))
  }
  return undefined
}

/** The ranges of a node's `reg`, in its order; undefined for one that the processor can't address. */
export const rangesOf = (root: string, path: string): (BusRange | undefined)[] => {
  const reg = path === '/' ? undefined : bytesOf(join(root, path), 'reg')
  if (reg === undefined) return []
  const bus = dirname(path)
  const cells = [cellsOf(root, bus, '#address-cells'), cellsOf(root, bus, '#size-cells')]
  return entriesOf(reg, cells).map(([address = 0n, size = 0n]) => {
    const base = size === 0n ? undefined : translate(root, bus, address)
    const range = { base: Number(base ?? -1n), size: Number(size) }
    return isByteCount(range.base) && isByteCount(range.base + range.size) ? range : undefined
  })
}
