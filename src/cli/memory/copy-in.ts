// Writes bytes into a mapping, and reads them back.
import { hex } from '../../system/numbers.js'
import { Failure, Interrupted, judge } from '../failure.js'
import type { Input } from '../files/input.js'
import { Progress } from '../shown/progress.js'
import { CHUNK, chunksOf, type Region, readChunk, writeChunk } from './chunks.js'

/** What is written: as many bytes as the region has. */
export type Bytes = Pick<Input, 'read'>

/** Writes `input` into `region`. Where that ends early, the error tells how much is written. */
export const copyIn = async (input: Bytes, region: Region, signal: AbortSignal): Promise<void> => {
  const buffer = new Uint8Array(Math.min(CHUNK, region.length))
  const progress = new Progress('wrote', region.length)
  let done = 0
  try {
    for await (const chunk of chunksOf(region, signal, progress)) {
      const bytes = buffer.subarray(0, chunk.length)
      await input.read(bytes, chunk.done)
      await writeChunk(region, chunk, bytes, signal, written => {
        done = chunk.done + written
      })
    }
  } catch (error) {
    progress.end()
    const state = `the first ${done} of ${region.length} bytes are written`
    if (error instanceof Interrupted) throw new Interrupted(error.code, `interrupted: ${state}`)
    throw new Failure(`${judge(error).message}; ${state}`, { cause: error })
  }
  progress.end()
}

/** Reads `region` back; throws if a byte is not as in `input`. */
export const checkWritten = async (input: Bytes, region: Region, signal: AbortSignal): Promise<void> => {
  const buffer = new Uint8Array(Math.min(CHUNK, region.length))
  const progress = new Progress('read back', region.length)
  try {
    for await (const chunk of chunksOf(region, signal, progress)) {
      const written = buffer.subarray(0, chunk.length)
      await input.read(written, chunk.done)
      const found = await readChunk(region, chunk, signal)
      const at = found.findIndex((byte, i) => byte !== written[i])
      if (at < 0) continue
      const byte = (of: Uint8Array) => hex(of[at])
      throw new Failure(
        `the byte at ${hex(chunk.offset + at)} reads ${byte(found)} after ${byte(written)} was written there`,
      )
    }
  } finally {
    progress.end()
  }
}
