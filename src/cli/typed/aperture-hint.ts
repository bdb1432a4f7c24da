// What may have been meant by a text that names no aperture.
import { existsSync } from 'node:fs'
import { splitFileText } from '../../apertures/file-text.js'
import { type ByKind, FORMS, readForm } from '../../apertures/forms.js'
import { isClose } from './close-names.js'

/** A form that people type, and what it is here. */
const HINTS: readonly (readonly [form: RegExp, meant: (...parts: (string | undefined)[]) => string])[] = [
  [
    /^(?:pcie?:?|\/sys\/.*\/)?(?:([0-9a-f]{4,8}):)?([0-9a-f]{2}:[0-9a-f]{2}\.[0-7])(?:[/:](?:bar|resource)?([0-9])(?:_wc)?)?$/i,
    (domain = '0000', device, bar = '0') => `pci:${domain}:${device}/${bar}`,
  ],
  [
    /^vfio:?(?:([0-9a-f]{4,8}):)?([0-9a-f]{2}:[0-9a-f]{2}\.[0-7])(?:\/([0-9]))?$/i,
    (domain = '0000', device, bar = '0') => `vfio:${domain}:${device}/${bar}`,
  ],
  [/^(?:\/dev\/)?uio:?([0-9]+)(?:\/(?:map)?([0-9]+))?$/, (device, map = '0') => `uio:${device}/${map}`],
  [/^\/dev\/mem$/, () => 'physical:0xfd000000+4K'],
  [/^(?:physical:|mem:)?(0x[0-9a-f]+)$/i, base => `physical:${base}+4K`],
  [/^(?:mem:)?(0x[0-9a-f]+\+\w+)$/i, range => `physical:${range}`],
  [/^([0-9]+[kmg])$/i, size => `memory:${size}`],
]

const YES = () => true
const ANY: ByKind<boolean> = {
  memory: YES,
  file: YES,
  physical: YES,
  devicetree: YES,
  pci: YES,
  uio: YES,
  vfio: YES,
}

const isForm = (text: string): boolean => {
  try {
    return readForm(text, ANY)
  } catch {
    return false
  }
}

/** The form whose kind has a typing mistake, or is cut short, in `text`. */
const respelt = (text: string): string | undefined => {
  const [, kind = '', rest = ''] = /^([a-z]+):(.+)$/i.exec(text) ?? []
  return Object.keys(FORMS)
    .filter(each => each !== kind && isClose(each, kind))
    .map(each => `${each}:${rest}`)
    .find(isForm)
}

/** Undefined: nothing comes to mind. */
export const apertureHint = (text: string): string | undefined => {
  for (const [form, meant] of HINTS) {
    const [whole, ...parts] = form.exec(text) ?? []
    if (whole !== undefined) return meant(...parts)
  }
  return isFile(text) ? `file:${text}` : respelt(text)
}

const isFile = (text: string): boolean => {
  try {
    return text !== '' && existsSync(splitFileText(text).path)
  } catch {
    return false // what is behind the path is no number
  }
}

/** The device of an aperture, where its address is asked for. Undefined: it is no aperture of a PCI device. */
export const deviceHint = (text: string): string | undefined =>
  /^(?:pci|vfio):((?:[0-9a-f]{4,8}:)?[0-9a-f]{2}:[0-9a-f]{2}\.[0-7])(?:\/\w*)?$/i.exec(text)?.[1]
