import type { Input } from '../files/input.js'
import { CHUNK, chunksOf } from '../memory/chunks.js'
import { Progress } from '../shown/progress.js'

/** Bytes, and where in them it starts. */
interface Source extends Pick<Input, 'read'> {
  readonly offset: number
}

/** What is compared with what. */
export interface Comparison {
  readonly left: Source
  readonly right: Source
  /** In bytes. */
  readonly length: number
  /** How many bytes a value has. The last one has fewer, if these do not divide the length. */
  readonly unit: number
}

/** A value that differs; its bytes are there while it is told. */
export interface Difference {
  /** From where the comparison starts, in bytes. */
  readonly at: number
  readonly one: Uint8Array
  readonly other: Uint8Array
}

/** How two differ. */
export interface Tally {
  readonly differing: number
  /** Runs of values that differ, one next to the other. */
  readonly ranges: number
  /** How many were told. */
  readonly told: number
}

/** Counts the values that differ; the first `max` are told while it goes on, in ascending order: they may be more than memory holds. */
export const tally = async (
  { left, right, length, unit }: Comparison,
  max: number,
  signal: AbortSignal,
  tell: (differences: Iterable<Difference>) => Promise<void>,
): Promise<Tally> => {
  const size = Math.min(CHUNK, length)
  const [lefts, rights] = [Buffer.alloc(size), Buffer.alloc(size)]
  const progress = new Progress('compared', length)
  const counter = new Counter(unit, max)
  try {
    for await (const { done, length: some } of chunksOf({ offset: 0, length }, signal, progress)) {
      const [one, other] = [lefts.subarray(0, some), rights.subarray(0, some)]
      await left.read(one, left.offset + done)
      await right.read(other, right.offset + done)
      if (one.equals(other)) continue
      const places = counter.count(one, other, done)
      if (places.length === 0) continue
      progress.end()
      await tell(differencesAt(places, { one, other, done, unit }))
    }
  } finally {
    progress.end()
  }
  return counter
}

const differ = (one: Uint8Array, other: Uint8Array, from: number, to: number): boolean => {
  for (let i = from; i < to; i++) if (one[i] !== other[i]) return true
  return false
}

interface Chunks {
  readonly one: Uint8Array
  readonly other: Uint8Array
  readonly done: number
  readonly unit: number
}

function* differencesAt(
  places: readonly number[],
  { one, other, done, unit }: Chunks,
): Generator<Difference> {
  for (const from of places)
    yield { at: done + from, one: one.subarray(from, from + unit), other: other.subarray(from, from + unit) }
}

class Counter implements Tally {
  differing = 0
  ranges = 0
  told = 0
  readonly #unit: number
  readonly #max: number
  /** Where a value lies that goes on with the run of the last one. */
  #next = -1

  constructor(unit: number, max: number) {
    this.#unit = unit
    this.#max = max
  }

  /** Counts those of two chunks, which lie `done` bytes behind the start; where in these those lie that are to be told. */
  count(one: Uint8Array, other: Uint8Array, done: number): number[] {
    const places: number[] = []
    for (let from = 0; from < one.length; from += this.#unit) {
      if (!differ(one, other, from, Math.min(from + this.#unit, one.length))) continue
      this.differing++
      if (done + from !== this.#next) this.ranges++
      this.#next = done + from + this.#unit
      if (this.told >= this.#max) continue
      this.told++
      places.push(from)
    }
    return places
  }
}
