// linux/io-mapping.h, by its own names. docs/kernel.md puts each beside the kernel's prototype.

import { IoMapping, IoMem, iomem, PAGE_SIZE } from '../index.js'
import { badArgument, IoMappingError } from '../system/errors.js'
import { hex, isByteCount } from '../system/numbers.js'

/**
 * A write-combining mapping of the `size` bytes at bus address `base`, which is looked up in `iomem`.
 * @throws IoMappingError ERR_IO_NO_APERTURE, ERR_IO_MEMORY_TYPE, ERR_IO_ACCESS, ERR_IO_RANGE
 */
export const io_mapping_create_wc = (base: number, size: number): IoMapping => {
  const aperture = iomem.find(base, size)
  return IoMapping.createWc(aperture.slice(base - aperture.base, size))
}

/** Frees the mapping, and with it all its windows. */
export const io_mapping_free = (mapping: IoMapping): void => {
  checkMapping('io_mapping_free', mapping)
  mapping.free()
}

/**
 * Maps the page at `offset`, in bytes, until io_mapping_unmap_atomic, which must come before any await.
 * @throws IoMappingError ERR_IO_ALIGN, ERR_IO_RANGE, ERR_IO_ATOMIC, ERR_IO_MEMORY_TYPE, ERR_IO_FREED
 */
export const io_mapping_map_atomic_wc = (mapping: IoMapping, offset: number): IoMem => {
  checkWcPage('io_mapping_map_atomic_wc', mapping, offset)
  return mapping.mapAtomicAs('io_mapping_map_atomic_wc', offset)
}

/** Unmaps the atomic page that was mapped last. @throws IoMappingError ERR_IO_ATOMIC, ERR_IO_UNMAPPED */
export const io_mapping_unmap_atomic = (vaddr: IoMem): void => {
  checkVaddr('io_mapping_unmap_atomic', vaddr)
  vaddr.unmapAs('atomic', 'io_mapping_unmap_atomic')
}

/** Maps the page at `offset`, in bytes, until io_mapping_unmap. @throws as io_mapping_map_atomic_wc, but ERR_IO_ATOMIC */
export const io_mapping_map_wc = (mapping: IoMapping, offset: number): IoMem => {
  checkWcPage('io_mapping_map_wc', mapping, offset)
  return mapping.mapAs('map', 'io_mapping_map_wc', offset)
}

/** Unmaps what io_mapping_map_wc mapped. @throws IoMappingError ERR_IO_UNMAPPED */
export const io_mapping_unmap = (vaddr: IoMem): void => {
  checkVaddr('io_mapping_unmap', vaddr)
  vaddr.unmapAs('map', 'io_mapping_unmap')
}

/** As io_mapping_map_wc; in newer kernels the one to use where atomic pages were used. */
export const io_mapping_map_local_wc = (mapping: IoMapping, offset: number): IoMem => {
  checkWcPage('io_mapping_map_local_wc', mapping, offset)
  return mapping.mapAs('local', 'io_mapping_map_local_wc', offset)
}

/** Unmaps what io_mapping_map_local_wc mapped, in any order. @throws IoMappingError ERR_IO_UNMAPPED */
export const io_mapping_unmap_local = (vaddr: IoMem): void => {
  checkVaddr('io_mapping_unmap_local', vaddr)
  vaddr.unmapAs('local', 'io_mapping_unmap_local')
}

const checkMapping = (call: string, mapping: IoMapping): void => {
  if (!(mapping instanceof IoMapping)) throw badArgument(`${call}: mapping`, mapping, 'an IoMapping')
}

const checkVaddr = (call: string, vaddr: IoMem): void => {
  if (!(vaddr instanceof IoMem)) throw badArgument(`${call}: vaddr`, vaddr, 'what a map call returned')
}

const checkWcPage = (call: string, mapping: IoMapping, offset: number): void => {
  checkMapping(call, mapping)
  if (!mapping.wc) {
    throw new IoMappingError(
      'ERR_IO_MEMORY_TYPE',
      `${call}: the mapping was not made by io_mapping_create_wc or IoMapping.createWc, and is ${mapping.memoryType}; ` +
        'map its pages with map()',
    )
  }
  if (isByteCount(offset) && offset % PAGE_SIZE !== 0) {
    throw new IoMappingError(
      'ERR_IO_ALIGN',
      `${call}: offset ${hex(offset)} is not page aligned; it must be a multiple of ${hex(PAGE_SIZE)}. ` +
        'IoMapping.map takes any offset',
    )
  }
}
