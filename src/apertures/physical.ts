import { formatSize, hex } from '../system/numbers.js'
import type { Aperture } from './aperture.js'
import { devMem } from './dev-mem.js'
import { checkRange, pciBarAt } from './iomem.js'

/**
 * The device memory at bus address `base`, `size` bytes. Found among the PCI BARs first, since a BAR can be mapped
 * write-combining; anywhere else it is /dev/mem, uncached, which needs root.
 * @throws IoMappingError ERR_IO_RANGE
 */
export const physical = (base: number, size: number): Aperture => {
  checkRange('physical', base, size)
  const bar = pciBarAt(base, size)
  return bar
    ? bar.slice(base - bar.base, size)
    : devMem(`physical:${hex(base)}+${formatSize(size)}`, base, size)
}
