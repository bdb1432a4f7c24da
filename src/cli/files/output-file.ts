import { randomBytes } from 'node:crypto'
import type { Stats } from 'node:fs'
import { type FileHandle, open, readlink, realpath, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { UsageError } from '../failure.js'
import { interruptible } from '../signals.js'

/** For the file that a command writes: standard output. */
export const STDOUT = '-'

const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code

/** Where a path leads: a link stays one, even if nothing is yet where it leads to. */
const placeOf = async (path: string): Promise<string> => {
  try {
    return await realpath(path)
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error
    if (await stat(path).catch(() => undefined)) return path // /dev/stdout leads to a pipe, which lies nowhere
    const target = await readlink(path).catch(() => undefined)
    return target === undefined ? path : await placeOf(resolve(await realpath(dirname(path)), target))
  }
}

/** Whether a file in this folder is none of ours to replace, though we may write it: as in /tmp, one of someone else. */
const isKept = async (folder: string, file: Stats): Promise<boolean> => {
  const { mode, uid } = await stat(folder)
  const user = process.geteuid?.()
  return (mode & 0o1000) !== 0 && user !== 0 && user !== uid && user !== file.uid
}

/** One that no one has, and no longer than a name may be, in bytes. */
const nameBeside = (place: string): string => {
  const start = Buffer.from(basename(place)).subarray(0, 200).toString()
  return `.${start}.${process.pid}.${randomBytes(4).toString('hex')}`
}

/** The new file gets what an old one has: its owners, as far as we may give it away, and its mode, whatever the umask. */
const makeAlike = async (handle: FileHandle, before: Stats): Promise<void> => {
  const { uid, gid } = await handle.stat()
  if (uid !== before.uid || gid !== before.gid) await handle.chown(before.uid, before.gid).catch(() => {})
  await handle.chmod(before.mode & 0o7777)
}

/**
 * A file that a command writes. What stood there before stays until `commit`, which puts the whole new one in its place. What is no ordinary
 * file, such as a pipe or /dev/stdout, and one in a folder in which none can be put in its place, is written directly.
 */
export class OutputFile {
  readonly path: string
  /** What it was called when it was asked for. */
  readonly #asked: string
  readonly #before: Stats | undefined
  /** Undefined: it is not begun. */
  #handle: FileHandle | undefined
  /** Where it is written until it is whole; undefined: in its own place. */
  #beside: string | undefined
  #isTouched = false

  private constructor(
    asked: string,
    path: string,
    before: Stats | undefined,
    handle: FileHandle | undefined,
  ) {
    this.#asked = asked
    this.path = path
    this.#before = before
    this.#handle = handle
  }

  /** Makes nothing yet, so that nothing is left. What is no ordinary file is opened here: a pipe waits for its reader. */
  static async create(path: string): Promise<OutputFile> {
    if (path === '')
      throw new UsageError("the output's name is ''; it must be a file's, or - for standard output")
    const place = await placeOf(path)
    const before = await stat(place).catch(() => undefined)
    const isSpecial = before !== undefined && !before.isFile()
    return new OutputFile(path, place, before, isSpecial ? await open(place, 'w') : undefined)
  }

  /** Begins to write it; throws what writing it would throw. Who begins it is to end it, whatever signal comes. */
  async begin(): Promise<FileHandle> {
    return (this.#handle ??= await this.#open())
  }

  async #open(): Promise<FileHandle> {
    const before = this.#before
    if (before) await (await open(this.path, 'r+')).close() // refused as it would be in its own place
    const folder = dirname(this.path)
    if (before && (await isKept(folder, before))) return await open(this.path, 'r+')
    const beside = join(folder, nameBeside(this.path))
    try {
      this.#handle = await open(beside, 'wx', 0o666)
    } catch (error) {
      if (before && codeOf(error) === 'EACCES') return await open(this.path, 'r+')
      const { message } = error as Error
      throw Object.assign(error as Error, { message: message.replaceAll(beside, this.#asked) })
    }
    this.#beside = beside // from here on it is to be abandoned, whatever comes
    if (before) await makeAlike(this.#handle, before)
    return this.#handle
  }

  async write(data: Uint8Array | string): Promise<void> {
    const handle = await this.begin()
    await this.#empty(handle)
    await handle.writeFile(data)
  }

  /** What stood in its own place gives way to the first that is written. */
  async #empty(handle: FileHandle): Promise<void> {
    const isFirst = !this.#isTouched
    this.#isTouched = true
    if (isFirst && this.#beside === undefined && (await handle.stat()).isFile()) await handle.truncate(0)
  }

  /** It is whole. */
  async commit(): Promise<void> {
    const handle = await this.begin()
    await this.#empty(handle)
    await handle.close() // some file systems tell only then that they are full
    if (this.#beside !== undefined) await rename(this.#beside, this.path)
  }

  /** It will not be; whether nothing of it is left. */
  async abandon(): Promise<boolean> {
    await this.#handle?.close().catch(() => {})
    if (this.#beside !== undefined) await rm(this.#beside, { force: true })
    return this.#beside !== undefined || !this.#isTouched
  }
}

/** Writes a file in one go; Ctrl-C and the like leave nothing of it. */
export const writeWhole = async (path: string, data: Uint8Array | string): Promise<void> => {
  const file = await OutputFile.create(path) // a pipe waits for its reader here, and Ctrl-C is to end that
  try {
    await interruptible(async signal => {
      await file.write(data)
      signal.throwIfAborted()
    })
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
  const file = await OutputFile.create(path)
  await interruptible(async signal => {
    await file.begin().finally(() => file.abandon())
    signal.throwIfAborted()
  })
}
