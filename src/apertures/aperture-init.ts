// What an aperture is made of.
import { badArgument, IoMappingError } from '../system/errors.js'
import { hex, isByteCount } from '../system/numbers.js'
import { PAGE_SIZE } from '../system/page.js'
import type { Circumstances, Explanation } from '../system/refusal.js'
import type { SystemError } from '../system/system-error.js'
import type { Opened, OpenedOwn } from './opened.js'

/**
 * How the processor treats accesses to mapped memory. `unknown`: the kernel won't tell.
 * `write-back` is ordinary cached memory, which keeps every promise that write-combining makes.
 */
export type MemoryType = 'write-combining' | 'uncached' | 'write-back' | 'unknown'

export const MEMORY_TYPES: readonly MemoryType[] = ['write-combining', 'uncached', 'write-back', 'unknown']

/** What kind of range an aperture is, as `new Aperture` takes it. */
export interface ApertureInit {
  /** How messages and lists call it: its text form, where it has one. */
  name: string
  /** Its bus address, in bytes. Without one, it gets a unique one above every real bus. */
  base?: number
  /** Where in a page it starts, if it has no bus address. Default 0. */
  offsetInPage?: number
  /** In bytes. */
  size: number
  /** The address that a device uses for it, in bytes, of memory for DMA. */
  iova?: number
  /** Those it offers, the best for memory first. */
  memoryTypes: readonly MemoryType[]
  /** Opens it, so that it can be mapped; called for each mapping. May throw a SystemError. */
  open(memoryType: MemoryType, writable: boolean): Opened | OpenedOwn
  /** Tells a refusal of `open` or of mmap in the user's terms: the code's cause and remedy; of some, the kind knows more than the system. */
  explain?(error: SystemError, circumstances: Circumstances): Explanation | undefined
  /** The memory type that the kernel gave to a mapping that exists now, at byte `skip`; undefined if it won't tell. */
  confirm?(skip: number): MemoryType | undefined
}

const isText = (value: unknown): boolean => typeof value === 'string' && value !== ''
const isFunction = (value: unknown): boolean => typeof value === 'function'
const isTypes = (value: unknown): boolean =>
  Array.isArray(value) && value.length > 0 && Array.from(value).every(each => MEMORY_TYPES.includes(each))

/** What each must be, and whether it is. */
const RULES: Readonly<Record<string, readonly [allowed: string, is: (value: unknown) => boolean]>> = {
  name: ['a text, by which messages call it', isText],
  base: ['a bus address in bytes, below 2^53, or left out', isByteCount],
  offsetInPage: [
    `a whole number of bytes, 0 to ${hex(PAGE_SIZE - 1)}`,
    value => isByteCount(value) && value < PAGE_SIZE,
  ],
  iova: ['an address of the device’s in bytes, or left out', isByteCount],
  size: ['a number of bytes', value => typeof value === 'number'],
  memoryTypes: [`an array of one or more of ${MEMORY_TYPES.join(', ')}`, isTypes],
  open: ['a function that returns { fd, offset }', isFunction],
  explain: ['a function, or left out', isFunction],
  confirm: ['a function, or left out', isFunction],
}

const NEEDED: readonly string[] = ['name', 'size', 'memoryTypes', 'open']

/** Throws ERR_IO_ARGUMENT, ERR_IO_RANGE. */
export const checkInit = (init: ApertureInit): void => {
  if (typeof init !== 'object' || init === null)
    throw badArgument('new Aperture: what it is', init, 'an object, { name, size, memoryTypes, open }')
  for (const [key, [allowed, is]] of Object.entries(RULES)) {
    const value: unknown = init[key as keyof ApertureInit]
    if (value === undefined && !NEEDED.includes(key)) continue
    if (!is(value)) throw badArgument(`new Aperture: ${key}`, value, allowed)
  }
  if (!isByteCount(init.size) || init.size === 0)
    throw new IoMappingError(
      'ERR_IO_RANGE',
      `${init.name} is ${hex(init.size)} bytes; an aperture has at least one`,
    )
  if (!isByteCount((init.base ?? 0) + init.size))
    throw badArgument('new Aperture: base', init.base, 'a bus address whose range ends below 2^53')
}
