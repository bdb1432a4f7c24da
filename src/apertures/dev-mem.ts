import { constants } from 'node:fs'
import { Descriptor } from '../system/descriptor.js'
import {
  type Circumstances,
  type Explanation,
  LOCKED_DOWN,
  type Reason,
  reasonFor,
} from '../system/refusal.js'
import type { SystemError } from '../system/system-error.js'
import { Aperture } from './aperture.js'
import { mappedElsewhere, patMemoryType } from './pat.js'
import { whyClaimed } from './resource-tree.js'

/** The bus addresses `[base, base + size)` through /dev/mem: uncached, for root. */
export const devMem = (name: string, base: number, size: number): Aperture =>
  new Aperture({
    ...{ name, base, size },
    memoryTypes: ['uncached'],
    open: (_type, writable) => ({ descriptor: open(writable), offset: base }),
    explain: (error, known) => explain(error, known, base, size),
    confirm: skip => patMemoryType(base + skip),
  })

// O_SYNC is how /dev/mem is asked for uncached memory.
const open = (writable: boolean): Descriptor => {
  const mode = writable ? constants.O_RDWR : constants.O_RDONLY
  return Descriptor.open('/dev/mem', mode | constants.O_SYNC)
}

export const REASONS: readonly Reason[] = [
  { errno: 'ENOENT', call: 'open', why: 'this system has no /dev/mem' },
  { errno: 'EACCES', why: '/dev/mem is for root' },
  LOCKED_DOWN,
  {
    errno: 'EPERM',
    call: 'open',
    why: '/dev/mem needs the capability CAP_SYS_RAWIO, which this process lacks',
  },
  { errno: 'EINVAL', call: 'mmap', why: 'this processor has no such addresses' },
  {
    ...{ errno: 'EAGAIN', call: 'mmap', code: 'ERR_IO_ACCESS' }, // drivers/char/mem.c: whatever remap_pfn_range refuses
    why: 'a driver, or another program, has it mapped with another memory type; end that first',
  },
]

const explain = (
  error: SystemError,
  known: Circumstances,
  base: number,
  size: number,
): Explanation | undefined => {
  const type = error.code === 'EAGAIN' ? patMemoryType(base) : undefined
  if (type) return { why: mappedElsewhere(type), code: 'ERR_IO_ACCESS' }
  const isClaimed = error.code === 'EPERM' && error.syscall === 'mmap'
  return reasonFor(error, REASONS, known) ?? (isClaimed ? { why: whyClaimed(base, size) } : undefined)
}
