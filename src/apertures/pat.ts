import { readFileSync } from 'node:fs'
import type { MemoryType } from './aperture.js'

const LIST = '/sys/kernel/debug/x86/pat_memtype_list'
const TYPES: Record<string, MemoryType> = {
  'write-combining': 'write-combining',
  'write-back': 'write-back',
  uncached: 'uncached',
  'uncached-minus': 'uncached',
}

/** Why the kernel refuses another memory type than that of a mapping that is there. */
export const mappedElsewhere = (type: MemoryType): string =>
  `it is mapped ${type} elsewhere, and the kernel keeps one memory type for a range; ask for that one, or end the other mapping`

/**
 * The memory type under which x86's kernel has mapped the physical address `base`. The first mapping of a range
 * decides, so it need not be the type that was asked for. Undefined where nothing is mapped, on other processors, and
 * without root or debugfs.
 */
export const patMemoryType = (base: number, list = LIST): MemoryType | undefined => {
  let text: string
  try {
    text = readFileSync(list, 'utf8')
  } catch {
    return undefined
  }
  for (const [, start, end, type] of text.matchAll(/\[mem (0x[0-9a-f]+)-(0x[0-9a-f]+)\] (\S+)/g)) {
    if (base >= Number(start) && base < Number(end)) return TYPES[type ?? '']
  }
  return undefined
}
