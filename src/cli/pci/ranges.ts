// Ranges of addresses as the registers of a header have them: BARs, and the windows of a bridge.
import { hex } from '../../system/numbers.js'
import type { Value } from './decoded.js'

const PORTS = 0x1
const KIND = 0x6
const WIDE = 0x4
const PREFETCHABLE = 0x8

/** What BAR `index` is, of its register and the one behind it. */
const tellBar = (index: number, low: number, high: number): string => {
  if ((low & PORTS) !== 0) return `BAR ${index}: I/O ports at ${hex((low & ~3) >>> 0)}`
  const isWide = (low & KIND) === WIDE
  const base = (BigInt(isWide ? high : 0) << 32n) | BigInt((low & ~0xf) >>> 0)
  const prefetchable = (low & PREFETCHABLE) !== 0 ? ', prefetchable' : ''
  return `BAR ${index}: memory at ${hex(base)}, ${isWide ? 64 : 32}-bit${prefetchable}`
}

/** In words, those that are there: of a 64-bit one, the next register is the upper half. */
export const barsIn = (values: readonly Value[]): string[] => {
  const registers = values.filter(({ name }) => name.startsWith('BAR[')).map(({ raw }) => raw)
  const found: string[] = []
  for (let i = 0; i < registers.length; i++) {
    const low = registers[i] ?? 0
    if (low === 0) continue
    found.push(tellBar(i, low, registers[i + 1] ?? 0))
    if ((low & PORTS) === 0 && (low & KIND) === WIDE) i++
  }
  return found
}

interface Window {
  readonly name: string
  readonly base: string
  readonly limit: string
  /** The registers with the upper half of each, if there are. */
  readonly upper?: readonly [base: string, limit: string]
  /** How far left their upper bits stand, and what the lower ones of the limit are. */
  readonly shift: number
  readonly unit: number
  readonly mask: number
  readonly upperShift?: number
}

const WINDOWS: readonly Window[] = [
  {
    ...{ name: 'I/O ports', base: 'IO_BASE', limit: 'IO_LIMIT', upper: ['IO_BASE_UPPER', 'IO_LIMIT_UPPER'] },
    ...{ shift: 8, unit: 0x1000, mask: 0xf0, upperShift: 16 },
  },
  { name: 'memory', base: 'MEMORY_BASE', limit: 'MEMORY_LIMIT', shift: 16, unit: 0x100000, mask: 0xfff0 },
  {
    ...{ name: 'prefetchable memory', base: 'PREFETCHABLE_BASE', limit: 'PREFETCHABLE_LIMIT' },
    upper: ['PREFETCHABLE_BASE_UPPER', 'PREFETCHABLE_LIMIT_UPPER'],
    ...{ shift: 16, unit: 0x100000, mask: 0xfff0, upperShift: 32 },
  },
]

/** In words, what a bridge passes on to the bus behind it; nothing of what is no bridge's header. */
export const windowsIn = (values: readonly Value[]): string[] => {
  const raws = new Map(values.map(({ name, raw }) => [name, raw]))
  const raw = (name: string | undefined) => (name === undefined ? 0 : (raws.get(name) ?? 0))
  if (!raws.has('MEMORY_BASE')) return []
  return WINDOWS.map(({ name, base, limit, upper, shift, unit, mask, upperShift = 0 }) => {
    const low = (register: string) => (raw(register) & mask) * 2 ** shift
    const start = raw(upper?.[0]) * 2 ** upperShift + low(base)
    const end = raw(upper?.[1]) * 2 ** upperShift + low(limit) + unit - 1
    return `${name} behind it: ${end > start ? `${hex(start)}-${hex(end)}` : 'none'}`
  })
}
