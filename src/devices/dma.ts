// Memory that a device reaches by itself.
import { freemem } from 'node:os'
import { Aperture } from '../apertures/aperture.js'
import type { Pinned } from '../apertures/vfio/pinned.js'
import type { VfioSession } from '../apertures/vfio/session.js'
import { IoMapping } from '../mapping/io-mapping.js'
import { Descriptor } from '../system/descriptor.js'
import { badArgument, IoMappingError } from '../system/errors.js'
import { checkSize, formatSize, hex } from '../system/numbers.js'
import { pageCeil } from '../system/page.js'
import { isCut, quietly, quietlyUnlessCut } from '../system/quietly.js'
import { telling } from '../system/refusal.js'
import type { MappingCore } from '../window/mapping-core.js'
import { refuseEnded } from '../window/mapping-refusals.js'

/** Pinned memory, an IoMapping of its own, and the address by which the device reaches it. */
export interface DmaMapping extends IoMapping {
  readonly iova: number
}

/** A mapping's memory, as a device reaches it, until `unmap`, or the device is closed. */
export interface DmaWindow extends Disposable {
  /** The address by which the device reaches the mapping's first byte. */
  readonly iova: number
  /** In bytes. */
  readonly size: number
  /** Takes it back: the device's accesses fail from here on. Again, it does nothing. @throws IoMappingError ERR_IO_DMA: it can't be */
  unmap(): void
}

const MIB = 2 ** 20

/** Throws ERR_IO_DMA. Root may pin all memory: then the system kills programs, this one first. */
const checkFree = (name: string, size: number): void => {
  const free = freemem()
  if (size > free)
    throw new IoMappingError(
      'ERR_IO_DMA',
      `${name} can't be mapped for DMA: its pages would all be pinned, and the system has ${formatSize(free - (free % MIB))} of memory ` +
        'left; ask for less, or free what is not needed',
    )
}

interface Dropped {
  readonly session: VfioSession
  readonly pinned: Pinned
}

// Of memory that nobody has any more, nor a view of it; and of calls that were cut short. What can't be taken back now is with the device's end.
const dropped = new FinalizationRegistry<Dropped>(({ session, pinned }) => {
  quietly(() => session.unpin(pinned))
})

/** VfioDevice.dma */
export const makeDma = (session: VfioSession, bytes: number): DmaMapping => {
  const name = `Memory of ${hex(checkSize(bytes, 'dma: bytes'))} bytes for ${session.name}`
  const size = pageCeil(bytes)
  checkFree(name, size)
  const memory = telling(name, { to: 'made' }, () => Descriptor.memory(size))
  const pinned = session.pin(name, size)
  dropped.register(memory, { session, pinned }, pinned) // its views keep that
  try {
    const iova = pinned.map({ fd: memory.fd, offset: 0, size, writable: true })
    const close = () => {
      quietlyUnlessCut(() => session.unpin(pinned)) // first: from here on the device does not reach it
      memory.close()
    }
    return IoMapping.create(
      apertureOf(session, { name, size: bytes, iova }, { fd: memory.fd, close }),
    ) as DmaMapping
  } catch (error) {
    quietly(() => session.unpin(pinned))
    memory.close()
    throw error
  }
}

const apertureOf = (
  session: VfioSession,
  known: { name: string; size: number; iova: number },
  descriptor: Pick<Descriptor, 'fd' | 'close'>,
): Aperture =>
  new Aperture({
    ...known,
    memoryTypes: ['write-back'],
    open: () => ({ descriptor, offset: 0, mapped: mapping => session.lend(mapping) }),
  })

/** VfioDevice.map */
export const mapForDma = (session: VfioSession, mapping: IoMapping): DmaWindow => {
  const core = coreOf(mapping)
  if (core.isEnded()) throw refuseEnded(core, 'map')
  const { size } = mapping
  const { fd, offset, pageOffset, writable, cached } = core.ground
  if (!cached)
    throw new IoMappingError(
      'ERR_IO_DMA',
      `map: ${core.name} is a device's, and can't be pinned: a device reaches memory, as memory:SIZE and files in /dev/shm are`,
    )
  const length = core.ground.ceil(pageOffset + size)
  const pinned = session.pin(core.name, length)
  const call = {}
  dropped.register(call, { session, pinned }, call) // until it is done, and whoever called has the window
  const iova = mapOrUnpin(session, pinned, { fd, offset, size: length, writable })
  const unmap = () => session.unpin(pinned)
  const window = { iova: iova + pageOffset, size, unmap, [Symbol.dispose]: unmap }
  dropped.unregister(call)
  return window
}

/** Throws what `map` throws. */
const mapOrUnpin = (session: VfioSession, pinned: Pinned, pages: Parameters<Pinned['map']>[0]): number => {
  try {
    return pinned.map(pages)
  } catch (error) {
    quietly(() => session.unpin(pinned))
    throw error
  }
}

/** Throws ERR_IO_ARGUMENT: of what is one in name alone, such as a proxy, nothing is known. */
const coreOf = (mapping: IoMapping): MappingCore => {
  try {
    if (mapping instanceof IoMapping) return mapping.core
  } catch (error) {
    if (isCut(error)) throw error
  }
  throw badArgument('map: mapping', mapping, 'an IoMapping')
}
