import { inspect } from 'node:util'
import type { IoAccess } from '../access/io-access.js'
import { badArgument, checkObject } from '../system/errors.js'
import { isByteCount } from '../system/numbers.js'
import { ArraySpec } from './array.js'
import { lazy } from './lazy.js'
import { mapValues } from './map-values.js'
import { checkName } from './names.js'
import type { Found, Origin, Part, Placement } from './part.js'
import type { Endianness } from './port.js'
import { RegisterSpec } from './register.js'
import type { Block, Nested, Parts } from './types.js'

const PLACE = Symbol('place')

/** A block of registers that lies in a window. Its parts are properties of a class that is made for each description. */
class BoundBlock {
  readonly [PLACE]: Placement

  constructor(place: Placement) {
    // Not for console.log to follow.
    this[PLACE] = place
    Object.defineProperty(this, PLACE, { enumerable: false })
  }
}

const joined = (path: string, name: string): string => (path === '' ? name : `${path}.${name}`)

const classOf = (parts: Readonly<Record<string, Part>>): typeof BoundBlock => {
  const Registers = class extends BoundBlock {}
  for (const [name, part] of Object.entries(parts)) {
    lazy(Registers.prototype, name, ({ [PLACE]: place }) =>
      part.bind({ ...place, path: joined(place.path, name) }),
    )
  }
  Object.defineProperty(Registers.prototype, inspect.custom, {
    value: () => `registers { ${Object.keys(parts).join(', ')} }`,
  })
  return Registers
}

/** A description of a block. */
export class BlockSpec {
  readonly parts: Readonly<Record<string, Part>>
  readonly endianness: Endianness
  readonly #Class: typeof BoundBlock

  constructor(parts: Readonly<Record<string, Part>>, endianness: Endianness) {
    this.parts = parts
    this.endianness = endianness
    this.#Class = classOf(parts)
  }

  get size(): number {
    return Object.values(this.parts).reduce((end, part) => Math.max(end, part.offset + part.size), 0)
  }

  at(mem: IoAccess, offset = 0): BoundBlock {
    if (typeof mem?.read32 !== 'function' || typeof mem.write32 !== 'function')
      throw badArgument('at: mem', mem, 'a mapped window, such as mapping.map(0, length) gives')
    if (!isByteCount(offset)) throw badArgument('at: offset', offset, 'a whole number of bytes, 0 or more')
    return this.bind({ mem, base: offset, path: '' })
  }

  bind(place: Omit<Placement, 'order'>): BoundBlock {
    return new this.#Class({ ...place, order: this.endianness })
  }

  plain(): BlockSpec {
    return new BlockSpec(
      mapValues(this.parts, part => part.plain()),
      this.endianness,
    )
  }

  *find({ base, path }: Omit<Origin, 'order'>): Iterable<Found> {
    for (const [name, part] of Object.entries(this.parts))
      yield* part.find({ base, path: joined(path, name), order: this.endianness })
  }
}

/** A block within a block. */
class NestedSpec implements Part {
  readonly offset: number
  readonly block: BlockSpec

  constructor(offset: number, block: BlockSpec) {
    this.offset = offset
    this.block = block
  }

  get size(): number {
    return this.block.size
  }

  array(count: number, stride: number): ArraySpec {
    return new ArraySpec(this, count, stride)
  }

  plain(): NestedSpec {
    return new NestedSpec(this.offset, this.block.plain())
  }

  bind(place: Placement): BoundBlock {
    return this.block.bind({ ...place, base: place.base + this.offset })
  }

  find(origin: Origin): Iterable<Found> {
    return this.block.find({ ...origin, base: origin.base + this.offset })
  }
}

const isPart = (part: unknown): part is Part =>
  part instanceof RegisterSpec || part instanceof NestedSpec || part instanceof ArraySpec

/**
 * Describes a block of registers; docs/registers.md.
 * @param parts registers, blocks and arrays of them, by name
 * @param options `endianness`: the order of a register's bytes in the device, 'little' (default) or 'big'
 * @throws IoMappingError ERR_IO_ARGUMENT
 */
export const registers = <const P extends Parts>(
  parts: P,
  options: { endianness?: Endianness } = {},
): Block<P> => {
  if (typeof parts !== 'object' || parts === null)
    throw badArgument('registers: parts', parts, 'an object of registers and blocks, by name')
  checkObject('registers', options, ['endianness'])
  const { endianness = 'little' } = options
  if (endianness !== 'little' && endianness !== 'big')
    throw badArgument('registers: options.endianness', endianness, "'little' or 'big'")
  for (const [name, part] of Object.entries(parts)) {
    checkName('registers', name)
    if (!isPart(part))
      throw badArgument(`registers: ${name}`, part, 'a register, block() or an array() of one')
  }
  return new BlockSpec({ ...parts } as never, endianness) as never
}

/**
 * A block within a block.
 * @param offset where it starts, in bytes
 * @throws IoMappingError ERR_IO_ARGUMENT
 */
export const block = <P extends Parts>(offset: number, described: Block<P>): Nested<P> => {
  if (!isByteCount(offset)) throw badArgument('block: offset', offset, 'a whole number of bytes, 0 or more')
  return new NestedSpec(offset, blockSpec('block', described)) as never
}

/** What a Block is inside. */
export const blockSpec = (call: string, described: unknown): BlockSpec => {
  if (described instanceof BlockSpec) return described
  throw badArgument(`${call}: the block`, described, 'what registers() returned')
}
