import { chunksOf, type Region, readChunk } from '../memory/chunks.js'
import type { Progress } from '../shown/progress.js'
import { type Pattern, placesIn } from './pattern.js'

/** Where a pattern lies. */
export interface Match {
  /** In the mapping, in bytes. */
  readonly offset: number
  readonly bytes: Uint8Array
}

/** All the places where `pattern` lies in `region`, in ascending order; it reads no further than it is asked for. */
export async function* searchRegion(
  region: Region,
  pattern: Pattern,
  signal: AbortSignal,
  progress: Progress,
): AsyncGenerator<Match> {
  const { base } = region.mapping
  const { length } = pattern.bytes
  let rest: Uint8Array = new Uint8Array(0) // of the chunk before: what a match that goes on in this one can have there
  for await (const chunk of chunksOf(region, signal, progress)) {
    const bytes = Buffer.concat([rest, await readChunk(region, chunk, signal)])
    const start = chunk.offset - rest.length
    for (const at of placesIn(pattern, bytes, base + start))
      yield { offset: start + at, bytes: Uint8Array.from(bytes.subarray(at, at + length)) }
    rest = bytes.subarray(Math.max(0, bytes.length - length + 1))
  }
}
