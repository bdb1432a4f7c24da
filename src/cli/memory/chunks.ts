import type { IoMapping, TransferOptions } from '../library.js'
import type { Progress } from '../shown/progress.js'
import type { Width } from '../typed/widths.js'

/** Bytes at a time: small enough that progress is shown often even where the bus gives a few MiB a second. */
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

/** A region's chunks in order; Ctrl-C is heard between them, and while one is copied. */
export async function* chunksOf(
  { offset, length }: Pick<Region, 'offset' | 'length'>,
  signal: AbortSignal,
  progress?: Progress,
): AsyncGenerator<Chunk> {
  for (let done = 0; done < length; done += CHUNK) {
    signal.throwIfAborted()
    progress?.update(done)
    yield { offset: offset + done, length: Math.min(CHUNK, length - done), done }
  }
}

/** Reads a chunk of `region`. Throws the signal's reason. */
export const readChunk = (
  { mapping, width }: Region,
  { offset, length }: Chunk,
  signal: AbortSignal,
): Promise<Uint8Array> => mapping.readAsync(offset, length, transferOptions(width, signal))

/** Writes `bytes` to where `chunk` of `region` lies; `onProgress` is told how many are written. Throws the signal's reason. */
export const writeChunk = (
  { mapping, width }: Region,
  { offset }: Chunk,
  bytes: Uint8Array,
  signal: AbortSignal,
  onProgress: (done: number) => void,
): Promise<void> => mapping.writeAsync(offset, bytes, { ...transferOptions(width, signal), onProgress })

const transferOptions = (width: Width | undefined, signal: AbortSignal): TransferOptions =>
  width ? { signal, width: width.bytes } : { signal }
