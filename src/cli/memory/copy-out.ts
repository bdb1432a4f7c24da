// Copies bytes out of a mapping.
import { Interrupted } from '../failure.js'
import { OutputFile } from '../files/output-file.js'
import { Progress } from '../shown/progress.js'
import { interruptible } from '../signals.js'
import { chunksOf, type Region, readChunk } from './chunks.js'

/** Hands a region's bytes to `write`, in order. */
export const copyOut = async (
  region: Region,
  write: (bytes: Uint8Array) => Promise<void>,
  signal: AbortSignal,
): Promise<void> => {
  const progress = new Progress('dumped', region.length)
  try {
    for await (const chunk of chunksOf(region, signal, progress))
      await write(await readChunk(region, chunk, signal))
  } finally {
    progress.end()
  }
}

/** Saves a region in a file, all of it or nothing. */
export const save = async (region: Region, path: string): Promise<void> => {
  const file = await OutputFile.create(path) // a pipe waits for its reader here, and Ctrl-C is to end that
  try {
    await interruptible(async signal => {
      await file.begin()
      await copyOut(region, bytes => file.write(bytes), signal)
    })
    await file.commit()
  } catch (error) {
    const clean = await file.abandon()
    if (!(error instanceof Interrupted)) throw error
    throw new Interrupted(
      error.code,
      `interrupted; ${path} ${clean ? 'is as it was before' : 'was not complete'}`,
    )
  }
}
