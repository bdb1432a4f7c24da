import { ownDevices } from './slots.js'

export interface TraceEntry {
  kind: 'read' | 'write'
  /** QEMU's name of the memory region, such as `edu-mmio`. */
  region: string
  /** The address on the guest's bus (not the offset in the region). */
  address: number
  /** In bytes, as the device was asked: QEMU splits what is wider than the device's model takes. */
  size: number
  value: bigint
  /** The BAR that it is in, if it is in one: such as `0000:00:03.0/0`. */
  bar?: string
  /** Where in the BAR. */
  offset?: number
}

/** What QEMU tells of while a command runs. */
export const accessEvents = ['memory_region_ops_read', 'memory_region_ops_write']

/** What it tells of from the start, in one row with the accesses: where the BARs are, whoever puts them there. */
export const traceArguments = ['-trace', 'pci_update_mappings_add', '-trace', 'pci_update_mappings_del']

// memory_region_ops_read cpu 0 mr 0x55d0c0ffee00 addr 0xfebf1000 value 0x10000ed size 4 name 'edu-mmio'
const access =
  /^\S*memory_region_ops_(read|write) .* addr (0x[0-9a-f]+) value (0x[0-9a-f]+) size (\d+)(?: name '(.*)')?$/

// pci_update_mappings_add edu 00:03.0 0,0xfea00000+0x100000
const mapping = /^\S*pci_update_mappings_(add|del) (.*) (\S+:\S+) (\d+),(0x[0-9a-f]+)\+(0x[0-9a-f]+)$/

/** So many there are, and no BAR of memory lies so low. */
const PORTS = 0x10000

const own = Object.values(ownDevices).map(({ driver, slot }) => `${driver} 00:${slot}`)

interface Bar {
  name: string
  start: number
  end: number
}

/** Collects accesses from what QEMU prints: of regions of certain names, or (`true`) of all that are in BARs, but the guest's own. */
export class Trace {
  readonly entries: TraceEntry[] = []
  readonly #bars = new Map<string, Bar>()
  readonly #isWanted: (entry: TraceEntry) => boolean
  readonly #portsAt: number

  /** `portsAt`: where on the machine's bus its ports are. */
  constructor(wanted: boolean | readonly string[], portsAt: number) {
    this.#portsAt = portsAt
    const names = Array.isArray(wanted) ? new Set(wanted) : undefined
    this.#isWanted = ({ region, bar }) => (names ? names.has(region) : bar !== undefined)
  }

  /** Whether that was a line of the trace. */
  hear(line: string): boolean {
    return this.#hearAccess(line) || this.#hearMapping(line)
  }

  #hearAccess(line: string): boolean {
    const match = access.exec(line)
    if (!match) return false
    const [, kind, at, value, size, region = ''] = match
    const address = Number(at)
    const entry: TraceEntry = {
      ...{ kind: kind as TraceEntry['kind'], region, address, size: Number(size), value: BigInt(value ?? 0) },
      ...this.#place(address),
    }
    if (this.#isWanted(entry)) this.entries.push(entry)
    return true
  }

  #place(address: number): Pick<TraceEntry, 'bar' | 'offset'> {
    for (const { name, start, end } of this.#bars.values())
      if (address >= start && address < end) return { bar: name, offset: address - start }
    return {}
  }

  #hearMapping(line: string): boolean {
    const match = mapping.exec(line)
    if (!match) return false
    const [, kind, driver, slot, index, at, size] = match
    const name = `0000:${slot}/${index}`
    const start = Number(at) + (Number(at) < PORTS ? this.#portsAt : 0)
    if (kind === 'del') this.#bars.delete(name)
    else if (!own.includes(`${driver} ${slot}`))
      this.#bars.set(name, { name, start, end: start + Number(size) })
    return true
  }
}

export function formatTraceEntry({ kind, region, address, size, value, bar, offset }: TraceEntry): string {
  const digits = value.toString(16).padStart(size * 2, '0')
  const place = bar === undefined ? '' : ` (pci:${bar} at 0x${offset?.toString(16)})`
  return `${kind.padEnd(5)} ${size} bytes at 0x${address.toString(16)}: 0x${digits}  ${region}${place}`
}
