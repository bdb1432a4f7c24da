import { constants } from 'node:fs'
import { Descriptor } from '../system/descriptor.js'
import { formatSize, hex } from '../system/numbers.js'
import type { SystemError } from '../system/system-error.js'
import { Aperture } from './aperture.js'
import { checkRange, pciBarAt } from './iomem.js'
import { patMemoryType } from './pat.js'
import { type Circumstances, LOCKED_DOWN, type Reason, reasonFor } from './refusal.js'

/**
 * The device memory at bus address `base`, `size` bytes. Found among the PCI BARs first, since a BAR can be mapped
 * write-combining; anywhere else it is /dev/mem, uncached, which needs root.
 * @throws IoMappingError ERR_IO_RANGE
 */
export const physical = (base: number, size: number): Aperture => {
  checkRange('physical', base, size)
  const bar = pciBarAt(base, size)
  return bar ? bar.slice(base - bar.base, size) : devMem(base, size)
}

const devMem = (base: number, size: number): Aperture =>
  new Aperture({
    name: `physical:${hex(base)}+${formatSize(size)}`,
    base,
    size,
    memoryTypes: ['uncached'],
    open: (_type, writable) => ({ descriptor: open(writable), offset: base }),
    explain,
    confirm: skip => patMemoryType(base + skip),
  })

// O_SYNC is how /dev/mem is asked for uncached memory.
const open = (writable: boolean): Descriptor => {
  const mode = writable ? constants.O_RDWR : constants.O_RDONLY
  return Descriptor.open('/dev/mem', mode | constants.O_SYNC)
}

const REASONS: readonly Reason[] = [
  { errno: 'ENOENT', call: 'open', why: 'this system has no /dev/mem' },
  { errno: 'EACCES', why: '/dev/mem is for root' },
  LOCKED_DOWN,
  {
    errno: 'EPERM',
    call: 'open',
    why: '/dev/mem needs the capability CAP_SYS_RAWIO, which this process lacks',
  },
  {
    ...{ errno: 'EPERM', call: 'mmap' },
    why: 'it is RAM, or a driver has claimed it (see /proc/iomem); unbind the driver first',
  },
  { errno: 'EINVAL', call: 'mmap', why: 'this processor has no such addresses' },
]

const explain = (error: SystemError, known: Circumstances): string | undefined =>
  reasonFor(error, REASONS, known)?.why
