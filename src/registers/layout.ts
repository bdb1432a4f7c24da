// Where the parts of a block lie, and which lie on one another.
import { IoMappingError } from '../system/errors.js'
import { hex } from '../system/numbers.js'
import type { Part, Piece } from './part.js'
import type { Plan } from './plan.js'

const endOf = ({ part, start }: Piece): number => start + part.size

type Named = readonly [name: string, part: Part]

/** Two registers on the same bytes, and the part of the block that the second one is, or lies in. */
export interface Overlap {
  readonly first: Piece
  readonly second: Piece
  readonly name: string
}

/** The parts of a block in the order of their places. */
export class Layout {
  readonly #parts: readonly Named[]
  /** For each, where those up to it end at most: what touches a place is found without looking at all. */
  readonly #ends: readonly number[]

  constructor(parts: Readonly<Record<string, Part>>) {
    let end = 0
    this.#parts = Object.entries(parts).sort(([, one], [, other]) => one.offset - other.offset)
    this.#ends = this.#parts.map(([, part]) => (end = Math.max(end, part.offset + part.size)))
  }

  /** In bytes: where the last of them ends. */
  get size(): number {
    return this.#ends.at(-1) ?? 0
  }

  /** Those that touch `[from, to)`, of a block that starts at `start`. */
  pieces(start: number, path: string, from: number, to: number): Piece[] {
    const found: Piece[] = []
    for (let i = this.#firstFrom(to - start) - 1; i >= 0 && start + (this.#ends[i] as number) > from; i--) {
      const [name, part] = this.#parts[i] as Named
      const piece = { part, start: start + part.offset, path: joined(path, name) }
      if (endOf(piece) > from) found.push(piece)
    }
    return found
  }

  /** Those that lie on one before them, and don't say that they may. */
  *overlaps(): Iterable<Overlap> {
    let before: Piece[] = []
    for (const [name, part] of this.#parts) {
      const piece = { part, start: part.offset, path: name }
      if (part.mayOverlap) continue
      before = before.filter(each => endOf(each) > piece.start)
      const found = inItself(piece) ?? firstOf(before, each => meeting(each, piece))
      if (found) yield { first: found[0], second: found[1], name }
      else before.push(piece)
    }
  }

  /** How many of them start before `offset`. */
  #firstFrom(offset: number): number {
    let [low, high] = [0, this.#parts.length]
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#parts[middle]?.[1].offset as number) < offset) low = middle + 1
      else high = middle
    }
    return low
  }
}

/** What a part is called, by the name of the block that it lies in. */
export const joined = (path: string, name: string): string => (path === '' ? name : `${path}.${name}`)

type Pair = readonly [first: Piece, second: Piece]

const firstOf = (pieces: Iterable<Piece>, find: (piece: Piece) => Pair | undefined): Pair | undefined => {
  for (const piece of pieces) {
    const found = find(piece)
    if (found) return found
  }
  return undefined
}

/** The first two registers, one of each, that lie on one another. */
const meeting = (one: Piece, other: Piece): Pair | undefined => {
  if (one.start >= endOf(other) || other.start >= endOf(one)) return undefined
  if (one.part.mayOverlap || other.part.mayOverlap) return undefined
  const inOne = one.part.pieces(one, other.start, endOf(other))
  if (inOne) return firstOf(inOne, each => meeting(each, other))
  const inOther = other.part.pieces(other, one.start, endOf(one))
  if (inOther) return firstOf(inOther, each => meeting(one, each))
  return areTwoSides(planOf(one), planOf(other)) ? undefined : [one, other]
}

/** The same within an array: of an element and those that start within it. It is alike for all of them. */
const inItself = (piece: Piece): Pair | undefined => {
  const { element, count = 1, stride = 0 } = piece.part.repeats ?? {}
  if (element === undefined || count === 1 || stride >= element.size) return undefined
  const [first, ...others] = piece.part.pieces(piece, piece.start, piece.start + element.size) ?? []
  return first && firstOf(others, each => meeting(first, each))
}

const ANYWHERE = { base: 0, path: '', order: 'little' } as const

/** Of a register. */
const planOf = ({ part }: Piece): Plan | undefined => {
  for (const { plan } of part.find(ANYWHERE)) return plan
  return undefined
}

/** Whether one is read there and the other written, which is on purpose by nature. */
const areTwoSides = (one: Plan | undefined, other: Plan | undefined): boolean =>
  !(one?.readable && other?.readable) && !(one?.writable && other?.writable)

const shown = (piece: Piece): string =>
  `${piece.path} (bytes ${hex(piece.start)} to ${hex(endOf(piece) - 1)})`

/** The error for two registers in one place. */
export const refuseOverlap = (call: string, { first, second }: Overlap): IoMappingError =>
  new IoMappingError(
    'ERR_IO_ARGUMENT',
    `${call}: ${shown(second)} lies on ${shown(first)}. Mend the offset that is wrong; or, if the device has it so, say it ` +
      'of one of them, or of the block() that it is in: reg32(0x10).overlaps. A read-only and a write-only one need not',
  )
