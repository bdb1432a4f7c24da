import type { Aperture, IoMapping } from '../library.js'
import { type Access, checkAligned, mapAperture } from '../typed/apertures.js'
import type { Width } from '../typed/widths.js'
import type { Region } from './chunks.js'

/** A part of an aperture, in bytes, and the command that asks for it, for messages. */
interface Part {
  readonly call: string
  readonly offset: number
  readonly length: number
}

/** Maps a part of an aperture, which it is known to have, to be worked on by accesses whose width only the mapping tells. @throws IoMappingError */
export const mapRegion = (
  aperture: Aperture,
  { call, offset, length }: Part,
  access: Access,
  widthFor: (mapping: IoMapping) => Width | undefined,
): Region & Disposable => {
  const lease = mapAperture(aperture, access)
  const { mapping } = lease
  const release = () => lease[Symbol.dispose]()
  try {
    const width = widthFor(mapping)
    checkAligned(aperture, call, width, offset, length)
    return { mapping, offset, length, width, [Symbol.dispose]: release }
  } catch (error) {
    release()
    throw error
  }
}
