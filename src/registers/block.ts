import { inspect } from 'node:util'
import type { IoAccess } from '../access/io-access.js'
import { badArgument, checkObject } from '../system/errors.js'
import { isByteCount } from '../system/numbers.js'
import { ArraySpec } from './array.js'
import { Changing } from './changing.js'
import { joined, Layout, refuseOverlap } from './layout.js'
import { lazy } from './lazy.js'
import { mapValues } from './map-values.js'
import { checkName } from './names.js'
import type { Found, Origin, Part, Piece, Placement } from './part.js'
import type { Endianness } from './port.js'
import { refuseExtent } from './refusals.js'
import { RegisterSpec } from './register.js'
import type { Block, Mappable, Nested, Parts } from './types.js'

const PLACE = Symbol('place')
const SPEC = Symbol('spec')

/** A block of registers that lies in a window. Its parts are properties of a class that is made for each description. */
class BoundBlock {
  readonly [PLACE]: Placement
  declare readonly [SPEC]: BlockSpec

  constructor(place: Placement) {
    // Not for console.log to follow.
    this[PLACE] = place
    Object.defineProperty(this, PLACE, { enumerable: false })
  }

  get window(): IoAccess {
    return this[PLACE].mem
  }

  read(): Record<string, unknown> {
    return this[SPEC].values(this[PLACE])
  }

  /** What console.log shows: nothing of the device. */
  [inspect.custom](): string {
    return `registers { ${Object.keys(this[SPEC].parts).join(', ')} }`
  }
}

const classOf = (spec: BlockSpec): typeof BoundBlock => {
  const Registers = class extends BoundBlock {}
  for (const [name, part] of Object.entries(spec.parts)) {
    lazy(Registers.prototype, name, ({ [PLACE]: place }) =>
      part.bind({ ...place, path: joined(place.path, name) }),
    )
  }
  Object.defineProperty(Registers.prototype, SPEC, { value: spec })
  return Registers
}

/** A description of a block. */
export class BlockSpec {
  readonly parts: Readonly<Record<string, Part>>
  readonly endianness: Endianness
  readonly layout: Layout
  readonly #Class: typeof BoundBlock

  constructor(parts: Readonly<Record<string, Part>>, endianness: Endianness, layout = new Layout(parts)) {
    this.parts = parts
    this.endianness = endianness
    this.layout = layout
    this.#Class = classOf(this)
  }

  get size(): number {
    return this.layout.size
  }

  at(mem: IoAccess, offset = 0): BoundBlock {
    if (typeof mem?.read32 !== 'function' || typeof mem.write32 !== 'function')
      throw badArgument('at: mem', mem, 'a mapped window, such as mapping.map(0, length) gives')
    if (!isByteCount(offset)) throw badArgument('at: offset', offset, 'a whole number of bytes, 0 or more')
    if (offset + this.size > mem.length) throw refuseExtent(this.size, offset, mem.length)
    const changing = new Changing(() => this.find({ base: offset, path: '' }))
    return this.bind({ mem, base: offset, path: '', changing })
  }

  map(mapping: Mappable<IoAccess>, offset = 0): BoundBlock & Disposable {
    if (typeof mapping?.map !== 'function')
      throw badArgument('map: mapping', mapping, 'an IoMapping, or another that has its map(offset, length)')
    const mem = mapping.map(offset, this.size)
    const dispose = { value: () => mem[Symbol.dispose]() }
    return Object.defineProperty(this.at(mem), Symbol.dispose, dispose) as BoundBlock & Disposable
  }

  bind(place: Omit<Placement, 'order'>): BoundBlock {
    return new this.#Class({ ...place, order: this.endianness })
  }

  values(place: Omit<Placement, 'order'>): Record<string, unknown> {
    const values: Record<string, unknown> = {}
    for (const [name, part] of Object.entries(this.parts)) {
      const value = part.values({ ...place, path: joined(place.path, name), order: this.endianness })
      if (value !== undefined) values[name] = value
    }
    return values
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
  readonly mayOverlap: boolean

  constructor(offset: number, block: BlockSpec, mayOverlap = false) {
    this.offset = offset
    this.block = block
    this.mayOverlap = mayOverlap
  }

  get overlaps(): NestedSpec {
    return new NestedSpec(this.offset, this.block, true)
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

  values(place: Placement): Record<string, unknown> {
    return this.block.values({ ...place, base: place.base + this.offset })
  }

  find(origin: Origin): Iterable<Found> {
    return this.block.find({ ...origin, base: origin.base + this.offset })
  }

  pieces({ start, path }: Piece, from: number, to: number): Piece[] {
    return this.block.layout.pieces(start, path, from, to)
  }
}

const isPart = (part: unknown): part is Part =>
  part instanceof RegisterSpec || part instanceof NestedSpec || part instanceof ArraySpec

const checkParts = (call: string, parts: Parts): Readonly<Record<string, Part>> => {
  if (typeof parts !== 'object' || parts === null)
    throw badArgument(`${call}: parts`, parts, 'an object of registers and blocks, by name')
  for (const [name, part] of Object.entries(parts)) {
    checkName(call, name)
    if (!isPart(part)) throw badArgument(`${call}: ${name}`, part, 'a register, block() or an array() of one')
  }
  return { ...parts } as never
}

/**
 * Describes a block of registers; docs/registers.md. Two registers may lie on the same bytes if one is read-only and the other
 * write-only, or if one of them `overlaps`.
 * @param parts registers, blocks and arrays of them, by name
 * @param options `endianness`: the order of a register's bytes in the device, 'little' (default) or 'big'
 * @throws IoMappingError ERR_IO_ARGUMENT
 */
export const registers = <const P extends Parts>(
  parts: P,
  options: { endianness?: Endianness } = {},
): Block<P> => {
  const checked = checkParts('registers', parts)
  checkObject('registers', options, ['endianness'])
  const { endianness = 'little' } = options
  if (endianness !== 'little' && endianness !== 'big')
    throw badArgument('registers: options.endianness', endianness, "'little' or 'big'")
  const layout = new Layout(checked)
  for (const overlap of layout.overlaps()) throw refuseOverlap('registers', overlap)
  return new BlockSpec(checked, endianness, layout) as never
}

/**
 * The names of those parts that lie on others and do not say that they may, so that `registers` would refuse them: for tools that write
 * descriptions.
 * @throws IoMappingError ERR_IO_ARGUMENT
 */
export const findOverlaps = (parts: Parts): string[] =>
  Array.from(new Layout(checkParts('findOverlaps', parts)).overlaps(), ({ name }) => name)

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
