// Where a request is for: found by its names and offsets in the configuration space of a device.
import type { FieldInfo, RegisterInfo } from 'io-mapping/registers'
import { hex } from '../../system/numbers.js'
import { Failure, UsageError } from '../failure.js'
import { IoMappingError } from '../library.js'
import type { ConfigWidth } from './decoded.js'
import { placesIn } from './kept.js'
import { byPath, closeTo, type Found, namesOf, refuseField, refuseName } from './lookup.js'
import type { Finder, Place, Region } from './regions.js'
import type { Request } from './request.js'
import { capabilityKind, HEADER_NAMES, HEADER_TYPES, type NamedRegister } from './setpci-names.js'
import { widthOfPlace } from './values.js'

/** One register, described or not, or a field of one. */
export interface Target {
  readonly name: string
  readonly offset: number
  readonly width: ConfigWidth
  /** What it is a part of; undefined of bytes that nothing describes. */
  readonly region: Region | undefined
  /** What describes it. */
  readonly info: RegisterInfo | undefined
  readonly field: FieldInfo | undefined
  /** What is known to lie on its bytes. */
  readonly places: readonly Place[]
}

/** What a request is for: a register, or all of the capabilities of a name. */
export const findTarget = (request: Request, finder: Finder): Target | readonly Region[] => {
  const { head } = request
  if (typeof head === 'number') return atOffset(request, finder, head)
  const kind = capabilityKind(head)
  if (kind) {
    const isOf = ({ id, extended }: Region) => id === kind.id && extended === kind.extended
    return inCapability(request, finder, finder.capabilities().filter(isOf))
  }
  return inHeader(request, finder, head) ?? byOwnName(request, finder, head)
}

/** What is called so in the header, by our name or setpci's. */
const inHeader = (request: Request, finder: Finder, name: string): Target | undefined => {
  const { text, nth, plus, names, width } = request
  const { header } = finder
  const register = byPath(header, [name])
  const named = setpciRegister(name, finder)
  if (!register && !named) return undefined
  if (nth !== undefined) throw new UsageError(`'${text}': @${nth} is for capabilities, as CAP_VNDR@1`)
  const found = plus === undefined ? byPath(header, [name, ...names]) : undefined
  if (found) return exactly(request, finder, header, found)
  if (register && plus === undefined) throw refuseField(register.place.info, names)
  const offset = (register?.place.offset ?? named?.offset ?? 0) + (plus ?? 0)
  return atOffset(
    { ...request, width: width ?? (plus === undefined ? named?.width : undefined) },
    finder,
    offset,
  )
}

/** A capability by the library's name. */
const byOwnName = (request: Request, finder: Finder, name: string): Target | readonly Region[] => {
  const inHeader = [
    ...finder.header.registers.map(({ info }) => info.path),
    ...HEADER_NAMES.filter(each => isIn(each, finder)).map(each => each.name),
  ]
  const what = `${finder.device} has no register`
  const all = capabilitiesUnless(closeTo(name, inHeader).length > 0, finder)
  const found = all.filter(each => each.name === name.toLowerCase())
  if (found.length > 0) return inCapability(request, finder, found)
  throw refuseName(what, name, [...new Set([...inHeader, ...all.flatMap(namesOf)])])
}

/** None where they can't be read, and what was typed `mayBe` something else. */
const capabilitiesUnless = (mayBe: boolean, { capabilities }: Finder): readonly Region[] => {
  try {
    return capabilities()
  } catch (error) {
    if (mayBe && error instanceof IoMappingError) return []
    throw error
  }
}

const isIn = ({ header }: NamedRegister, { type }: Finder): boolean => header === undefined || header === type

/** setpci takes a bridge's register for that of a device at the same offset, and the other way: here it is refused. */
const setpciRegister = (name: string, finder: Finder): NamedRegister | undefined => {
  const all = HEADER_NAMES.filter(each => each.name === name.toUpperCase())
  const found = all.find(each => isIn(each, finder))
  const [other] = all
  if (found || !other) return found
  const own = HEADER_TYPES[finder.type] ?? `type ${finder.type}`
  throw new Failure(
    `${other.name} is in the header of ${HEADER_TYPES[other.header ?? 0]}, at ${hex(other.offset)}, and ${finder.device} has that of ${own}`,
  )
}

const inCapability = (
  request: Request,
  finder: Finder,
  all: readonly Region[],
): Target | readonly Region[] => {
  const { head, plus, names, width, value } = request
  const regions = ofNth(request, finder, all)
  if ([plus, width, value].every(each => each === undefined) && names.length === 0) return regions
  const [region, second] = regions
  if (region === undefined || second !== undefined)
    throw new UsageError(
      `${finder.device} has several of ${head}: ${all.map((each, i) => `@${i} at ${hex(each.offset)}`).join(', ')}; ` +
        `say which, such as ${head}@0`,
    )
  if (plus !== undefined || names.length === 0) return atOffset(request, finder, region.offset + (plus ?? 0))
  const found = byPath(region, names)
  if (found) return exactly(request, finder, region, found)
  const register = byPath(region, names.slice(0, -1))
  if (register) throw refuseField(register.place.info, names.slice(-1))
  const known = region.registers.map(({ info }) => info.path)
  throw refuseName(`${head} has no register`, names.join('.'), known)
}

/** The one that @N names, or all. */
const ofNth = ({ text, head, nth }: Request, finder: Finder, all: readonly Region[]): readonly Region[] => {
  if (all.length === 0) {
    const names = finder.capabilities().flatMap(each => namesOf(each).slice(0, 1))
    const has = names.length > 0 ? `it has ${[...new Set(names)].join(', ')}` : 'it has no capabilities'
    throw new Failure(`${finder.device} has no ${head}; ${has}`)
  }
  if (nth !== undefined && nth >= all.length)
    throw new Failure(`'${text}': ${finder.device} has ${all.length} of ${head}, the first is @0`)
  return nth === undefined ? all : all.slice(nth, nth + 1)
}

/** How a region is called before its registers' names; those of the header need none. */
const prefixOf = (region: Region): string => (region.id === undefined ? '' : `${namesOf(region)[0]}.`)

const exactly = (
  { text, width }: Request,
  finder: Finder,
  region: Region,
  { place, field }: Found,
): Target => {
  const { info, offset } = place
  const whole = widthOfPlace(place)
  if (field && width !== undefined)
    throw new UsageError(
      `'${text}': a field has no width of its own; it lies in the ${whole * 8} bits of ${info.path}`,
    )
  const name = `${prefixOf(region)}${info.path}${field ? `.${field.name}` : ''}`
  if (width === undefined || width === whole)
    return { name, offset, width: whole, region, info, field, places: [place] }
  return unnamed(finder, offset, width)
}

const HEADER_END = 0x40

const regionsAt = ({ header, capabilities }: Finder, offset: number): readonly Region[] =>
  offset < HEADER_END ? [header] : capabilities()

/** What is at an offset: the register that starts there, if it is of that width. */
const atOffset = (request: Request, finder: Finder, offset: number): Target => {
  const { text, names, width } = request
  if (offset >= finder.length)
    throw new UsageError(
      `'${text}' is at ${hex(offset)}, and the config space of ${finder.device} ends at ${hex(finder.length)}`,
    )
  for (const region of regionsAt(finder, offset))
    for (const place of region.registers) {
      if (place.offset !== offset || (width !== undefined && width !== widthOfPlace(place))) continue
      const found = byPath(region, [place.info.path, ...names])
      if (found) return exactly({ ...request, width: undefined }, finder, region, found)
      throw refuseField(place.info, names)
    }
  if (names.length > 0)
    throw new UsageError(
      `'${text}': no register is known at ${hex(offset)} that could have a ${names.join('.')}`,
    )
  if (width !== undefined) return unnamed(finder, offset, width)
  throw new UsageError(
    `'${text}': no register is known to start at ${hex(offset)}; say how wide it is by .b, .w or .l`,
  )
}

const unnamed = (finder: Finder, offset: number, width: ConfigWidth): Target => {
  if (offset % width !== 0)
    throw new UsageError(
      `${hex(offset)} is no multiple of ${width}, the bytes of an access of ${width * 8} bits`,
    )
  if (offset + width > finder.length)
    throw new UsageError(
      `${width} bytes at ${hex(offset)} are more than ${finder.device} has: its config space ends at ${hex(finder.length)}`,
    )
  const places = placesIn(
    regionsAt(finder, offset).flatMap(({ registers }) => registers),
    { offset, width },
  )
  return { name: '', offset, width, region: undefined, info: undefined, field: undefined, places }
}
