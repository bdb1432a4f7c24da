export interface TraceEntry {
  kind: 'read' | 'write'
  /** QEMU's name of the memory region, such as `edu-mmio`. */
  region: string
  /** The address on the guest's bus (not the offset in the region). */
  address: number
  /** In bytes, as the device was asked: QEMU splits what is wider than the device's model takes. */
  size: number
  value: bigint
}

/** The standard devices' regions that QEMU can watch: not the VGA's and ivshmem's memory, plain RAM. */
export const deviceRegions = [
  'edu-mmio',
  'nvme-cmb',
  'nvme',
  'ivshmem-mmio',
  'vga ioports remapped',
  'bochs dispi interface',
  'qemu extended regs',
  'edid',
]

export const traceEvents = ['memory_region_ops_read', 'memory_region_ops_write']

// memory_region_ops_read cpu 0 mr 0x55d0c0ffee00 addr 0xfebf1000 value 0x10000ed size 4 name 'edu-mmio'
const access =
  /^\S*memory_region_ops_(read|write) .* addr (0x[0-9a-f]+) value (0x[0-9a-f]+) size (\d+)(?: name '(.*)')?$/

/** The access that a line of QEMU's trace tells of, or undefined for any other line. */
export function parseTraceLine(line: string): TraceEntry | undefined {
  const match = access.exec(line)
  if (!match) return undefined
  const [, kind, address, value, size, region] = match
  return {
    kind: kind as TraceEntry['kind'],
    region: region ?? '',
    address: Number(address),
    size: Number(size),
    value: BigInt(value ?? 0),
  }
}

export function formatTraceEntry({ kind, region, address, size, value }: TraceEntry): string {
  const digits = value.toString(16).padStart(size * 2, '0')
  return `${kind.padEnd(5)} ${size} bytes at 0x${address.toString(16)}: 0x${digits}  ${region}`
}
