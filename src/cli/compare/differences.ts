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

/** A value that differs. */
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
  /** The first of them, in ascending order. */
  readonly first: readonly Difference[]
}

/** Counts the values that differ, and keeps the first `max`. */
export const tally = async (
  { left, right, length, unit }: Comparison,
  max: number,
  signal: AbortSignal,
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
      if (!one.equals(other)) counter.count(one, other, done)
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

class Counter implements Tally {
  differing = 0
  ranges = 0
  readonly first: Difference[] = []
  readonly #unit: number
  readonly #max: number
  /** Where a value lies that goes on with the run of the last one. */
  #next = -1

  constructor(unit: number, max: number) {
    this.#unit = unit
    this.#max = max
  }

  /** Counts those of two chunks, which lie `done` bytes behind the start. */
  count(one: Uint8Array, other: Uint8Array, done: number): void {
    for (let from = 0; from < one.length; from += this.#unit) {
      const to = Math.min(from + this.#unit, one.length)
      if (!differ(one, other, from, to)) continue
      const at = done + from
      if (this.differing++ < this.#max)
        this.first.push({
          at,
          one: Uint8Array.from(one.subarray(from, to)),
          other: Uint8Array.from(other.subarray(from, to)),
        })
      if (at !== this.#next) this.ranges++
      this.#next = at + this.#unit
    }
  }
}
