// Which devices `iomap list` is to show. The forms differ by their colons, dots and numbers of digits: no text has two meanings.
import { UsageError } from '../failure.js'
import { deviceHint } from '../typed/aperture-hint.js'
import { baseClassName } from './classes.js'
import type { ListedDevice } from './listing.js'

type Matches = (device: ListedDevice) => boolean

interface Filter {
  readonly kind: 'address' | 'ids' | 'class'
  readonly matches: Matches
}

export const FILTER_HELP = `
Filters:
  0000:00:03.0  0000:00:03  0000:00    an address, from its domain on
  00:03.0  00:03  00:                  from its bus on, in any domain
  03.0                                 a device and function, on any bus
  8086:10d3  8086:  :10d3              vendor and device, four digits each
  class:0200  class:02  class:010802   a class by its number, from the base class on
  class:network  class:bridge          or by a part of its name
All digits are hexadecimal. Of several filters of one kind any will do; of each kind that
is named, one must. What is of the device tree goes by no filter.`

const FORMS = '0000:00:03.0, 00:03.0, 00:, 03.0, 8086:10d3, 8086:, :10d3, class:0200, class:network'

const startsWith =
  (start: string): Matches =>
  ({ address }) =>
    address.startsWith(start)

/** Without its domain. */
const rest = (address: string): string => address.slice(address.indexOf(':') + 1)

const hasClass =
  (digits: string): Matches =>
  device =>
    device.class.toString(16).padStart(6, '0').startsWith(digits)

const classNamed =
  (name: string): Matches =>
  device =>
    [device.className, baseClassName(device.class)].some(each => each.toLowerCase().includes(name))

interface Form {
  readonly kind: Filter['kind']
  readonly shape: RegExp
  readonly matches: (text: string) => Matches
}

const id = (digits: string): number => Number.parseInt(digits, 16)

/** Of a text in lower case; the first that fits. */
const FORMS_OF: readonly Form[] = [
  { kind: 'address', shape: /^[\da-f]{4,}:[\da-f]{2}$/, matches: text => startsWith(`${text}:`) },
  { kind: 'address', shape: /^[\da-f]{4,}:[\da-f]{2}:[\da-f]{2}$/, matches: text => startsWith(`${text}.`) },
  { kind: 'address', shape: /^[\da-f]{4,}:[\da-f]{2}:[\da-f]{2}\.[0-7]$/, matches: startsWith },
  {
    kind: 'address',
    shape: /^[\da-f]{2}:([\da-f]{2}(\.[0-7])?)?$/,
    matches: text => device => rest(device.address).startsWith(text),
  },
  {
    kind: 'address',
    shape: /^[\da-f]{2}\.[0-7]$/,
    matches: text => device => device.address.endsWith(`:${text}`),
  },
  {
    kind: 'ids',
    shape: /^([\da-f]{4}:([\da-f]{4})?|:[\da-f]{4})$/,
    matches: text => {
      const [vendor = '', device = ''] = text.split(':')
      return each =>
        (vendor === '' || each.vendor === id(vendor)) && (device === '' || each.device === id(device))
    },
  },
  {
    kind: 'class',
    shape: /^class:(0x)?([\da-f]{2}){1,3}$/,
    matches: text => hasClass(text.replace(/^class:(0x)?/, '')),
  },
  { kind: 'class', shape: /^class:.+$/s, matches: text => classNamed(text.slice('class:'.length)) },
]

/** @throws UsageError */
export const parseFilter = (text: string): Filter => {
  const lower = text.toLowerCase()
  const form = FORMS_OF.find(({ shape }) => shape.test(lower))
  if (form) return { kind: form.kind, matches: form.matches(lower) }
  const meant = deviceHint(text)
  throw new UsageError(
    `'${text}' is no filter; it must be one such as ${FORMS}${meant ? `. Did you mean ${meant}?` : ''}`,
  )
}

/** Whether a device passes: one filter of each kind that there is. */
export const passes = (filters: readonly Filter[], device: ListedDevice): boolean => {
  const kinds = new Set(filters.map(({ kind }) => kind))
  return [...kinds].every(kind => filters.some(each => each.kind === kind && each.matches(device)))
}
