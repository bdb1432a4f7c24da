// Memory that a device reaches by itself.
import { fstatSync } from 'node:fs'
import { freemem } from 'node:os'
import { Aperture } from '../apertures/aperture.js'
import type { Mapped } from '../apertures/opened.js'
import type { PinnedPages } from '../apertures/vfio/iommu.js'
import type { VfioSession } from '../apertures/vfio/session.js'
import { IoMapping } from '../mapping/io-mapping.js'
import { Descriptor } from '../system/descriptor.js'
import { badArgument, IoMappingError } from '../system/errors.js'
import { checkSize, formatSize } from '../system/numbers.js'
import { pageCeil } from '../system/page.js'
import { quietly } from '../system/quietly.js'
import { telling } from '../system/refusal.js'
import { refuseEnded } from '../window/mapping-refusals.js'

/** Pinned memory, an IoMapping of its own, and the address by which the device reaches it. */
export interface DmaMapping extends IoMapping {
  readonly iova: number
}

/** A mapping's memory, as a device reaches it, until `unmap`. */
export interface DmaWindow extends Disposable {
  /** The address by which the device reaches the mapping's first byte. */
  readonly iova: number
  /** In bytes. */
  readonly size: number
  /** Takes it back: the device's accesses fail from here on. Again, it does nothing. @throws IoMappingError ERR_IO_DMA: it can't be */
  unmap(): void
}

/** Pages that a device reaches, until they are taken back. */
class Pinned implements Mapped {
  readonly iova: number
  readonly #session: VfioSession
  readonly #name: string
  readonly #size: number
  #isHeld = true

  /** Throws ERR_IO_DMA. */
  constructor(session: VfioSession, name: string, pages: PinnedPages) {
    checkFree(name, pages)
    this.iova = session.protection.map(name, pages)
    this.#name = name
    this.#size = pages.size
    this.#session = session.hold()
  }

  letGo(): void {}

  /** Never fails: what is not taken back now is with the device's end. */
  free(): void {
    quietly(() => this.unmap())
  }

  /** Again, it does nothing. Throws ERR_IO_DMA. */
  unmap(): void {
    if (!this.#isHeld) return
    this.#isHeld = false
    try {
      this.#session.protection.unmap(this.#name, this.iova, this.#size)
    } finally {
      this.#session.release()
    }
  }
}

/** A sector, the unit of what fstat tells to be allocated, in bytes. */
const SECTOR = 512
const MIB = 2 ** 20

/** Throws ERR_IO_DMA. Root may pin all memory: then the system kills programs, this one first. */
const checkFree = (name: string, { fd, size }: PinnedPages): void => {
  const missing = size - fstatSync(fd).blocks * SECTOR
  const free = freemem()
  if (missing > free)
    throw new IoMappingError(
      'ERR_IO_DMA',
      `${name} can't be mapped for DMA: its pages would all be pinned, and the system has ${formatSize(free - (free % MIB))} of memory ` +
        'left; ask for less, or free what is not needed',
    )
}

// Of mappings that nobody has any more: their pages stay pinned until someone takes them back.
const dropped = new FinalizationRegistry<Pinned>(pinned => pinned.free())

/** VfioDevice.dma */
export const makeDma = (session: VfioSession, bytes: number): DmaMapping => {
  checkSize(bytes, 'dma: bytes')
  const name = `Memory of ${formatSize(bytes)} for ${session.name}`
  const memory = telling(name, { to: 'made' }, () => Descriptor.memory(pageCeil(bytes)))
  let pinned: Pinned | undefined
  try {
    pinned = new Pinned(session, name, { fd: memory.fd, offset: 0, size: pageCeil(bytes), writable: true })
    const mapping = IoMapping.create(apertureOf(session, name, bytes, memory, pinned))
    dropped.register(mapping.core, pinned)
    return mapping as DmaMapping
  } catch (error) {
    pinned?.free()
    memory.close()
    throw error
  }
}

const apertureOf = (
  session: VfioSession,
  name: string,
  size: number,
  memory: Descriptor,
  pinned: Pinned,
): Aperture => {
  const close = () => {
    pinned.free() // first: from here on the device does not reach it
    memory.close()
  }
  return new Aperture({
    ...{ name, size, iova: pinned.iova, memoryTypes: ['write-back'] },
    open: () => ({
      ...{ descriptor: { fd: memory.fd, close }, offset: 0 },
      mapped: mapping => session.lend(mapping),
    }),
  })
}

/** VfioDevice.map */
export const mapForDma = (session: VfioSession, mapping: IoMapping): DmaWindow => {
  if (!(mapping instanceof IoMapping)) throw badArgument('map: mapping', mapping, 'an IoMapping')
  const { core, size } = mapping
  if (core.isEnded()) throw refuseEnded(core, 'map')
  const { fd, offset, pageOffset, writable, cached } = core.ground
  if (!cached)
    throw new IoMappingError(
      'ERR_IO_DMA',
      `map: ${core.name} is a device's, and can't be pinned: a device reaches memory, as memory:SIZE and files in /dev/shm are`,
    )
  const pages = { fd, offset, size: core.ground.ceil(pageOffset + size), writable }
  const pinned = new Pinned(session, core.name, pages)
  const window = {
    ...{ iova: pinned.iova + pageOffset, size },
    unmap: () => pinned.unmap(),
    [Symbol.dispose]: () => pinned.unmap(),
  }
  session.lend(pinned)
  dropped.register(window, pinned)
  return window
}
