// linux/io-mapping.h, by its own names. docs/kernel.md puts each beside the kernel's prototype.

import { IoMapping, IoMem, iomem, PAGE_SIZE } from '../index.js'
import { badArgument, IoMappingError } from '../system/errors.js'
import { hex, isByteCount } from '../system/numbers.js'
import { empty, fill, io_mapping, mappingIn } from './struct.js'

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
  const own = 'what io_mapping_create_wc returned; io_mapping_fini ends what io_mapping_init_wc has made'
  if (!(mapping instanceof IoMapping)) throw badArgument('io_mapping_free: mapping', mapping, own)
  mapping.free()
}

/**
 * Makes a write-combining mapping, as `io_mapping_create_wc` does, of a struct that the caller has.
 * @returns `iomap`, which all map calls take, until `io_mapping_fini`
 * @throws as `io_mapping_create_wc`, and IoMappingError ERR_IO_ARGUMENT if it is none, or initialised already
 */
export const io_mapping_init_wc = (iomap: io_mapping, base: number, size: number): io_mapping => {
  if (!(iomap instanceof io_mapping))
    throw badArgument('io_mapping_init_wc: iomap', iomap, 'a struct: new io_mapping()')
  if (iomap.size > 0)
    throw badArgument(
      'io_mapping_init_wc: iomap',
      iomap,
      'one that is not initialised; io_mapping_fini ends it',
    )
  fill(iomap, io_mapping_create_wc(base, size))
  return iomap
}

/** Ends what `io_mapping_init_wc` has made, and all its windows; it may be initialised again then. Again, it does nothing. */
export const io_mapping_fini = (mapping: io_mapping): void => {
  const found = mappingIn(mapping)
  if (!found)
    throw badArgument('io_mapping_fini: mapping', mapping, 'one that io_mapping_init_wc has initialised')
  found.free()
  empty(mapping)
}

/**
 * Maps the page at `offset`, in bytes, until io_mapping_unmap_atomic, which must come before any await.
 * @throws IoMappingError ERR_IO_ALIGN, ERR_IO_RANGE, ERR_IO_ATOMIC, ERR_IO_MEMORY_TYPE, ERR_IO_FREED
 */
export const io_mapping_map_atomic_wc = (mapping: IoMapping | io_mapping, offset: number): IoMem =>
  wcMapping('io_mapping_map_atomic_wc', mapping, offset).mapAtomicAs('io_mapping_map_atomic_wc', offset)

/** Unmaps the atomic page that was mapped last. @throws IoMappingError ERR_IO_ATOMIC, ERR_IO_UNMAPPED */
export const io_mapping_unmap_atomic = (vaddr: IoMem): void => {
  checkVaddr('io_mapping_unmap_atomic', vaddr)
  vaddr.unmapAs('atomic', 'io_mapping_unmap_atomic')
}

/**
 * Maps `size` bytes from the page at `offset` on, both in bytes, until io_mapping_unmap.
 * @param size 2 GiB at most. Default: PAGE_SIZE; of the mapping's last page what there is
 * @throws as io_mapping_map_atomic_wc, but ERR_IO_ATOMIC
 */
export const io_mapping_map_wc = (mapping: IoMapping | io_mapping, offset: number, size?: number): IoMem =>
  wcMapping('io_mapping_map_wc', mapping, offset).mapAs('map', 'io_mapping_map_wc', offset, size)

/** Unmaps what io_mapping_map_wc mapped. @throws IoMappingError ERR_IO_UNMAPPED */
export const io_mapping_unmap = (vaddr: IoMem): void => {
  checkVaddr('io_mapping_unmap', vaddr)
  vaddr.unmapAs('map', 'io_mapping_unmap')
}

/** As io_mapping_map_wc, a page; in newer kernels the one to use where atomic pages were used. */
export const io_mapping_map_local_wc = (mapping: IoMapping | io_mapping, offset: number): IoMem =>
  wcMapping('io_mapping_map_local_wc', mapping, offset).mapAs('local', 'io_mapping_map_local_wc', offset)

/** Unmaps what io_mapping_map_local_wc mapped, in any order. @throws IoMappingError ERR_IO_UNMAPPED */
export const io_mapping_unmap_local = (vaddr: IoMem): void => {
  checkVaddr('io_mapping_unmap_local', vaddr)
  vaddr.unmapAs('local', 'io_mapping_unmap_local')
}

const checkVaddr = (call: string, vaddr: IoMem): void => {
  if (!(vaddr instanceof IoMem)) throw badArgument(`${call}: vaddr`, vaddr, 'what a map call returned')
}

/** What a map call maps from, where the kernel lets it. */
const wcMapping = (call: string, given: IoMapping | io_mapping, offset: number): IoMapping => {
  const mapping = given instanceof IoMapping ? given : mappingIn(given)
  if (!mapping)
    throw badArgument(`${call}: mapping`, given, 'an IoMapping, or what io_mapping_init_wc has initialised')
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
  return mapping
}
