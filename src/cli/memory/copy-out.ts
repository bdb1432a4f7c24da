// Copies bytes out of a mapping.
import { saveFile } from '../files/output-file.js'
import { Progress } from '../shown/progress.js'
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
export const save = (region: Region, path: string): Promise<void> =>
  saveFile(path, async (file, signal) => {
    await file.begin()
    await copyOut(region, bytes => file.write(bytes), signal)
  })
