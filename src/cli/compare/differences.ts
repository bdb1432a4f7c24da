import { CHUNK, chunksOf } from '../chunks.js'
import type { Input } from '../input.js'
import { Progress } from '../progress.js'

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

/** The values that differ, in ascending order. */
async function* differencesOf(
  { left, right, length, unit }: Comparison,
  signal: AbortSignal,
  progress: Progress,
): AsyncGenerator<Difference> {
  const size = Math.min(CHUNK, length)
  const [one, other] = [Buffer.alloc(size), Buffer.alloc(size)]
  for await (const chunk of chunksOf({ offset: 0, length }, signal, progress)) {
    const [a, b] = [one.subarray(0, chunk.length), other.subarray(0, chunk.length)]
    await left.read(a, left.offset + chunk.done)
    await right.read(b, right.offset + chunk.done)
    if (a.equals(b)) continue
    for (let at = 0; at < a.length; at += unit) {
      const values = { one: a.subarray(at, at + unit), other: b.subarray(at, at + unit) }
      if (!values.one.equals(values.other)) yield { at: chunk.done + at, ...values }
    }
  }
}

/** How two differ. */
export interface Tally {
  readonly differing: number
  /** Runs of values that differ, one next to the other. */
  readonly ranges: number
  /** The first of them. */
  readonly first: readonly Difference[]
}

/** Counts the differences, and keeps the first `max`. */
export const tally = async (comparison: Comparison, max: number, signal: AbortSignal): Promise<Tally> => {
  const progress = new Progress('compared', comparison.length)
  const first: Difference[] = []
  let [differing, ranges, next] = [0, 0, -1]
  try {
    for await (const { at, one, other } of differencesOf(comparison, signal, progress)) {
      if (differing++ < max) first.push({ at, one: Uint8Array.from(one), other: Uint8Array.from(other) })
      if (at !== next) ranges++
      next = at + comparison.unit
    }
  } finally {
    progress.end()
  }
  return { differing, ranges, first }
}
