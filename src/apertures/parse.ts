import { badArgument } from '../system/errors.js'
import { parseSize } from '../system/numbers.js'
import type { Aperture } from './aperture.js'
import { devicetree } from './device-tree/devicetree.js'
import { file } from './file.js'
import { splitFileText } from './file-text.js'
import { APERTURE_FORMS, FORMS } from './forms.js'
import { memory } from './memory.js'
import { pci } from './pci/pci.js'
import { physical } from './physical.js'
import { uio } from './uio/uio.js'
import { vfioBar } from './vfio/vfio-aperture.js'

/** How what follows a kind's colon is read; undefined if it is of another form. */
const READERS: Record<keyof typeof FORMS, (rest: string) => Aperture | undefined> = {
  memory: rest => memory(parseSize(rest, 'the size in memory:SIZE')),
  file: rest => {
    const { path, ...part } = splitFileText(rest)
    return file(path, part)
  },
  physical: rest => {
    const [base, size, ...more] = rest.split('+')
    if (base === undefined || size === undefined || more.length > 0) return undefined
    return physical(
      parseSize(base, 'the base in physical:BASE+SIZE'),
      parseSize(size, 'the size in physical:BASE+SIZE'),
    )
  },
  devicetree: rest => {
    const [node = '', which, ...more] = rest.split('#')
    if (node === '' || which === '' || more.length > 0) return undefined
    return devicetree(node).reg(which === undefined ? which : numberOr(which))
  },
  pci: rest => barOf(rest, (address, bar) => pci(address).bar(bar)),
  uio: rest => {
    const [, device, map] = /^([^/]+)\/(.+)$/.exec(rest) ?? []
    if (device === undefined || map === undefined) return undefined
    return uio(numberOr(device)).map(numberOr(map))
  },
  vfio: rest => barOf(rest, vfioBar),
}

const isKind = (scheme: string): scheme is keyof typeof FORMS => Object.hasOwn(FORMS, scheme)

/** A PCI device's address and the number of a BAR. */
const barOf = (text: string, aperture: (address: string, bar: number) => Aperture): Aperture | undefined => {
  const [, address, bar] = /^(.+)\/([0-9])$/.exec(text) ?? []
  return address === undefined ? undefined : aperture(address, Number(bar))
}

/** A number, or else a name. */
const numberOr = (text: string): number | string => (/^[0-9]+$/.test(text) ? Number(text) : text)

/**
 * The aperture that a text names: memory:256M, file:PATH, file:PATH@OFFSET+SIZE (a part of it, unless a file
 * has all of that for its name), physical:0xfd000000+16M, pci:0000:00:02.0/0,
 * devicetree:serial@9000000 (by an alias or full path, too; #1 behind it: its second `reg`, or one by its name), uio:0/0 (by the device's and the map's numbers or names),
 * vfio:0000:00:04.0/0.
 * @throws IoMappingError ERR_IO_ARGUMENT for another form, and what the named aperture's kind throws
 */
export const parseAperture = (text: string): Aperture => {
  const colon = typeof text === 'string' ? text.indexOf(':') : -1
  const scheme = colon < 0 ? '' : text.slice(0, colon)
  const kind = isKind(scheme) ? scheme : undefined
  const aperture = kind && READERS[kind](text.slice(colon + 1))
  if (aperture) return aperture
  throw badArgument(
    'An aperture',
    text,
    kind ? `of the form ${FORMS[kind]}` : `one of ${APERTURE_FORMS.join(', ')}`,
  )
}
