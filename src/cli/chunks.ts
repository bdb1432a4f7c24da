import { setImmediate } from 'node:timers/promises'
import { Interrupted } from './failure.js'
import type { IoMapping } from './library.js'
import type { Progress } from './progress.js'
import type { Width } from './widths.js'

/** Bytes at a time: small enough that Ctrl-C is heard soon even where the bus gives a few MiB a second. */
export const CHUNK = 256 * 1024

/** A part of a mapping, and how it may be touched. */
export interface Region {
  readonly mapping: IoMapping
  readonly offset: number
  readonly length: number
  /** Exact accesses of this width; undefined for memory, which any accesses may touch. */
  readonly width: Width | undefined
}

export interface Chunk {
  /** Where it starts in the mapping, in bytes. */
  readonly offset: number
  readonly length: number
  /** How many bytes of the region come before it. */
  readonly done: number
}

/** A region's chunks in order, with a turn of the event loop before each, in which Ctrl-C is heard. */
export async function* chunksOf(
  { offset, length }: Region,
  signal?: AbortSignal,
  progress?: Progress,
): AsyncGenerator<Chunk> {
  for (let done = 0; done < length; done += CHUNK) {
    await setImmediate()
    if (signal?.aborted) throw new Interrupted('interrupted')
    progress?.update(done)
    yield { offset: offset + done, length: Math.min(CHUNK, length - done), done }
  }
}

/** Reads a chunk of `region` into the start of `buffer`; returns what was read. */
export const readChunk = (region: Region, chunk: Chunk, buffer: Uint8Array): Uint8Array => {
  using window = region.mapping.map(chunk.offset, chunk.length)
  const bytes = buffer.subarray(0, chunk.length)
  window.copyTo(bytes, region.width ? { width: region.width.bytes } : {})
  return bytes
}

/** Writes `bytes` to where `chunk` of `region` lies. */
export const writeChunk = (region: Region, chunk: Chunk, bytes: Uint8Array): void => {
  using window = region.mapping.map(chunk.offset, chunk.length)
  window.copyFrom(bytes, region.width ? { width: region.width.bytes } : {})
}
