// The text forms of apertures, and what each says.
import { badArgument } from '../system/errors.js'
import { parseSize } from '../system/numbers.js'
import { type FilePart, splitFileText } from './file-text.js'

/** By kind. */
export const FORMS = {
  memory: 'memory:256M',
  file: 'file:PATH[@OFFSET][+SIZE]',
  physical: 'physical:0xfd000000+16M',
  devicetree: 'devicetree:serial@9000000#0',
  pci: 'pci:0000:00:02.0/0',
  uio: 'uio:0/0',
  vfio: 'vfio:0000:00:04.0/0',
} as const

/** The text forms that `parseAperture` reads. */
export const APERTURE_FORMS: readonly string[] = Object.values(FORMS)

/** A BAR of a PCI device. */
export interface NamedBar {
  readonly address: string
  readonly bar: number
}

/** What the form of each kind says. */
export interface Named {
  readonly memory: { readonly size: number }
  readonly file: FilePart
  readonly physical: { readonly base: number; readonly size: number }
  readonly devicetree: { readonly node: string; readonly reg: number | string | undefined }
  readonly pci: NamedBar
  readonly uio: { readonly device: number | string; readonly map: number | string }
  readonly vfio: NamedBar
}

export type Kind = keyof typeof FORMS

/** By kind, something of each. */
export type ByKind<R> = { readonly [K in Kind]: (named: Named[K]) => R }

const barOf = (text: string): NamedBar | undefined => {
  const [, address, bar] = /^(.+)\/([0-9])$/.exec(text) ?? []
  return address === undefined ? undefined : { address, bar: Number(bar) }
}

/** A number, or else a name. */
const numberOr = (text: string): number | string => (/^[0-9]+$/.test(text) ? Number(text) : text)

/** How what follows a kind's colon is read; undefined if it is of another form. */
const READERS: { readonly [K in Kind]: (rest: string) => Named[K] | undefined } = {
  memory: rest => ({ size: parseSize(rest, 'the size in memory:SIZE') }),
  file: splitFileText,
  physical: rest => {
    const [base, size, ...more] = rest.split('+')
    if (base === undefined || size === undefined || more.length > 0) return undefined
    return {
      base: parseSize(base, 'the base in physical:BASE+SIZE'),
      size: parseSize(size, 'the size in physical:BASE+SIZE'),
    }
  },
  devicetree: rest => {
    const [node = '', which, ...more] = rest.split('#')
    if (node === '' || which === '' || more.length > 0) return undefined
    return { node, reg: which === undefined ? which : numberOr(which) }
  },
  pci: barOf,
  uio: rest => {
    const [, device, map] = /^([^/]+)\/(.+)$/.exec(rest) ?? []
    if (device === undefined || map === undefined) return undefined
    return { device: numberOr(device), map: numberOr(map) }
  },
  vfio: barOf,
}

const isKind = (scheme: string): scheme is Kind => Object.hasOwn(FORMS, scheme)

/** What `text` names, handed to the one of its kind. Throws ERR_IO_ARGUMENT for another form. */
export const readForm = <R>(text: string, by: ByKind<R>): R => {
  const colon = typeof text === 'string' ? text.indexOf(':') : -1
  const scheme = colon < 0 ? '' : text.slice(0, colon)
  if (!isKind(scheme)) throw badArgument('An aperture', text, `one of ${APERTURE_FORMS.join(', ')}`)
  return readKind(scheme, text, by)
}

const readKind = <K extends Kind, R>(kind: K, text: string, by: ByKind<R>): R => {
  const named = READERS[kind](text.slice(kind.length + 1))
  if (named !== undefined) return by[kind](named)
  throw badArgument('An aperture', text, `of the form ${FORMS[kind]}`)
}
