// The kernel's own word for how ranges of devices are mapped, by all processes together.
import { readFileSync } from 'node:fs'

const LIST = '/sys/kernel/debug/x86/pat_memtype_list'

export interface MemoryTypeRange {
  readonly start: number
  readonly end: number
  readonly type: string
}

/** Those that lie within `size` bytes from `base` on, or across an edge of it; one for each mapping. */
export const memoryTypesOf = ({ base, size }: { base: number; size: number }): MemoryTypeRange[] =>
  [...readFileSync(LIST, 'utf8').matchAll(/\[mem 0x([0-9a-f]+)-0x([0-9a-f]+)\] (.+)/g)]
    .map(([, start = '', end = '', type = '']) => ({
      start: Number.parseInt(start, 16),
      end: Number.parseInt(end, 16),
      type,
    }))
    .filter(({ start, end }) => start < base + size && end > base)
