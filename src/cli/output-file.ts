import { type FileHandle, open, realpath, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

/** For the file that a command writes: standard output. */
export const STDOUT = '-'

/**
 * A file that a command writes. What stood there before stays until `commit`, which puts the whole new one in its place; what is no ordinary
 * file, such as a pipe or /dev/stdout, is written directly.
 */
export class OutputFile {
  readonly path: string
  readonly #handle: FileHandle
  /** Where it is written until it is whole; undefined: in its own place. */
  readonly #beside: string | undefined

  private constructor(path: string, handle: FileHandle, beside: string | undefined) {
    this.path = path
    this.#handle = handle
    this.#beside = beside
  }

  static async create(path: string): Promise<OutputFile> {
    const place = await realpath(path).catch(() => path) // a link stays one
    const before = await stat(place).catch(() => undefined)
    if (before && !before.isFile()) return new OutputFile(place, await open(place, 'w'), undefined)
    if (before) await (await open(place, 'r+')).close() // refused as it would be in its own place
    const beside = join(dirname(place), `.${basename(place).slice(0, 200)}.${process.pid}`)
    const handle = await open(beside, 'wx', before ? before.mode & 0o7777 : 0o666).catch(error => {
      throw Object.assign(error, { message: error.message.replaceAll(beside, path) })
    })
    return new OutputFile(place, handle, beside)
  }

  async write(data: Uint8Array | string): Promise<void> {
    await this.#handle.writeFile(data)
  }

  /** It is whole. */
  async commit(): Promise<void> {
    if (this.#beside !== undefined) await rename(this.#beside, this.path)
    await this.#handle.close()
  }

  /** It will not be; whether nothing of it is left. */
  async abandon(): Promise<boolean> {
    await this.#handle.close().catch(() => {})
    if (this.#beside !== undefined) await rm(this.#beside, { force: true })
    return this.#beside !== undefined
  }
}

/** Writes a file in one go. */
export const writeWhole = async (path: string, data: Uint8Array | string): Promise<void> => {
  const file = await OutputFile.create(path)
  try {
    await file.write(data)
    await file.commit()
  } catch (error) {
    await file.abandon()
    throw error
  }
}

/** Throws what writing a file would throw, before long work is done for it; leaves nothing. */
export const checkWritable = async (path: string): Promise<void> => {
  if (path === STDOUT) return
  const before = await stat(path).catch(() => undefined)
  if (before && !before.isFile()) return // a pipe can be opened but once
  await (await OutputFile.create(path)).abandon()
}
