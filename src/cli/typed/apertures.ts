import { hex } from '../../system/numbers.js'
import { APERTURE_FORMS, type Aperture, IoMapping, IoMappingError, parseAperture } from '../library.js'
import { forget, inSession, remember } from '../session.js'
import { apertureHint } from './aperture-hint.js'
import { ofTyped } from './of-typed.js'
import type { Width } from './widths.js'

export const APERTURE_HELP = `which device memory: ${APERTURE_FORMS.join(', ')}`

export const WC_HELP = 'map it write-combining, for memory such as a framebuffer; never for registers'

/** What `make` makes of a text that is to name an aperture. @throws UsageError */
export const ofApertureText = <T>(text: string, make: () => T): T => ofTyped(make, () => apertureHint(text))

/** The aperture that a text names. */
export const namedAperture = (text: string): Aperture =>
  remember(`aperture ${text}`, () => ofApertureText(text, () => parseAperture(text)))

/** What is not on a bus has an address above every real one, which means nothing outside its process. */
const NO_BUS = 2 ** 52

/** Where an aperture lies on the bus; undefined: it is on none. */
export const busAddress = ({ base }: Pick<Aperture, 'base'>): number | undefined =>
  base < NO_BUS ? base : undefined

export interface Access {
  readonly writable: boolean
  /** Write-combining, instead of what is right for registers. */
  readonly wc?: boolean | undefined
}

/** A mapping that a command works on. It ends with the command, but in a session, which keeps it for the next ones. */
class Lease implements Disposable {
  constructor(readonly mapping: IoMapping) {}

  [Symbol.dispose](): void {
    if (!inSession()) this.mapping.free()
  }
}

interface Kept extends Disposable {
  readonly mapping: IoMapping
  readonly access: Access
}

/** Maps an aperture as a command's options ask. In a session it has one mapping at a time: two could want two memory types. */
export const mapAperture = (aperture: Aperture, access: Access): Lease => {
  const key = `mapping ${aperture.name} ${aperture.base}`
  const make = (): Kept => {
    const mapping = create(aperture, access)
    return { mapping, access, [Symbol.dispose]: () => mapping.free() }
  }
  const kept = remember(key, make)
  if ((kept.access.writable || !access.writable) && (kept.access.wc ?? false) === (access.wc ?? false))
    return new Lease(kept.mapping)
  forget(key)
  return new Lease(remember(key, make).mapping)
}

const create = (aperture: Aperture, { writable, wc = false }: Access): IoMapping => {
  if (!wc) return IoMapping.create(aperture, { writable })
  const { name, memoryTypes } = aperture
  if (memoryTypes.some(type => WC_TYPES.includes(type))) return IoMapping.createWc(aperture, { writable })
  throw new IoMappingError(
    'ERR_IO_MEMORY_TYPE',
    `${name} can't be mapped write-combining, only ${memoryTypes.join(' or ')}`,
  )
}

/** Cached memory keeps what write-combining promises. */
const WC_TYPES: Aperture['memoryTypes'] = ['write-combining', 'write-back']

/** Refuses a range that is not all in `aperture`, or that accesses of `width` can't touch exactly: before a part of it is touched. */
export const checkRange = (
  aperture: Aperture,
  call: string,
  offset: number,
  length: number,
  width?: Width,
): void => {
  if (length > 0 && offset + length <= aperture.size) {
    checkAligned(aperture, call, width, offset, length)
    return
  }
  const asked = length > 0 ? `${hex(length)} bytes at offset ${hex(offset)} are` : `offset ${hex(offset)} is`
  throw new IoMappingError(
    'ERR_IO_RANGE',
    `${call}: ${asked} not in ${aperture.name}, which has ${hex(aperture.size)} bytes`,
  )
}

/** Refuses a range that accesses of `width` can't touch exactly: by itself where only the mapping tells the width. */
export const checkAligned = (
  aperture: Aperture,
  call: string,
  width: Width | undefined,
  offset: number,
  length: number,
): void => {
  const unit = width?.bytes ?? 1
  const what =
    (aperture.base + offset) % unit !== 0
      ? `offset ${hex(offset)} of ${aperture.name} is not at a multiple of`
      : length % unit !== 0
        ? `${hex(length)} bytes are no multiple of`
        : undefined
  if (what === undefined) return
  throw new IoMappingError(
    'ERR_IO_ALIGN',
    `${call}: ${what} ${unit}, the bytes of a ${width?.name}; choose another, or a smaller --width`,
  )
}
