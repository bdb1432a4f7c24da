import { hex } from '../system/numbers.js'
import { APERTURE_FORMS, type Aperture, IoMapping, IoMappingError, parseAperture } from './library.js'
import { ofTyped } from './typed.js'
import type { Width } from './widths.js'

export const APERTURE_HELP = `which device memory: ${APERTURE_FORMS.join(', ')}`

export const WC_HELP = 'map it write-combining, for memory such as a framebuffer; never for registers'

/** The aperture that a text names. */
export const namedAperture = (text: string): Aperture => ofTyped(() => parseAperture(text))

export interface Access {
  readonly writable: boolean
  /** Write-combining, instead of what is right for registers. */
  readonly wc?: boolean | undefined
}

/** Maps an aperture as a command's options ask. */
export const mapAperture = (aperture: Aperture, { writable, wc = false }: Access): IoMapping =>
  wc ? IoMapping.createWc(aperture, { writable }) : IoMapping.create(aperture, { writable })

/** Refuses a range that is not all in `aperture`: before a part of it is touched. */
export const checkRange = (aperture: Aperture, call: string, offset: number, length: number): void => {
  if (length > 0 && offset + length <= aperture.size) return
  const asked = length > 0 ? `${hex(length)} bytes at offset ${hex(offset)} are` : `offset ${hex(offset)} is`
  throw new IoMappingError(
    'ERR_IO_RANGE',
    `${call}: ${asked} not in ${aperture.name}, which has ${hex(aperture.size)} bytes`,
  )
}

/** Refuses a range that accesses of `width` can't touch exactly. */
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
