import { randomBytes } from 'node:crypto'
import type { Stats } from 'node:fs'
import { copyFile, type FileHandle, open, readlink, realpath, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { Failure, Interrupted, UsageError } from '../failure.js'
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

/** What a folder refuses a new file by, where one that is in it may be written. */
const NOT_BESIDE: readonly unknown[] = ['EACCES', 'EPERM', 'EROFS']

/** The new file gets what an old one has: its owners, as far as we may give it away, and its mode, whatever the umask. */
const makeAlike = async (handle: FileHandle, before: Stats): Promise<void> => {
  const { uid, gid } = await handle.stat()
  if (uid !== before.uid || gid !== before.gid) await handle.chown(before.uid, before.gid).catch(() => {})
  await handle.chmod(before.mode & 0o7777)
}

/**
 * A file that a command writes. What stood there before stays until `commit`, which puts the whole new one in its place. What is no ordinary
 * file, such as a pipe or /dev/stdout, and one in whose place none can be put, as a container mounts them, is written directly.
 */
export class OutputFile {
  readonly path: string
  /** Whether it is no ordinary file: writing it may wait for ever. */
  readonly isSpecial: boolean
  /** What it was called when it was asked for. */
  readonly #asked: string
  readonly #before: Stats | undefined
  /** Undefined: it is not begun. */
  #handle: FileHandle | undefined
  /** Where it is written until it is whole; undefined: in its own place. */
  #beside: string | undefined
  /** Whether what stood in its own place has given way. */
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
    this.isSpecial = handle !== undefined
  }

  /** Makes nothing yet, so that nothing is left. What is no ordinary file is opened here: a pipe waits for its reader. */
  static async create(path: string): Promise<OutputFile> {
    if (path === '')
      throw new UsageError("the output's name is ''; it must be a file's, or - for standard output")
    const place = await placeOf(path)
    const before = await stat(place).catch(() => undefined)
    if (before?.isDirectory() || path.endsWith('/'))
      throw new Failure(`${path} is a folder; name a file in it`)
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
      if (before && NOT_BESIDE.includes(codeOf(error))) return await open(this.path, 'r+')
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
    if (this.#isTouched || this.#beside !== undefined) return
    this.#isTouched = true
    if ((await handle.stat()).isFile()) await handle.truncate(0)
  }

  /** It is whole. */
  async commit(): Promise<void> {
    const handle = await this.begin()
    await this.#empty(handle)
    await handle.close() // some file systems tell only then that they are full
    if (this.#beside !== undefined) await this.#replace(this.#beside)
  }

  async #replace(beside: string): Promise<void> {
    try {
      await rename(beside, this.path)
    } catch (error) {
      const { message } = error as Error
      if (codeOf(error) !== 'EBUSY')
        throw Object.assign(error as Error, {
          message: message.replace(`${beside}' -> '${this.path}`, this.#asked),
        })
      this.#isTouched = true // something is mounted there
      await copyFile(beside, this.path)
      await rm(beside)
    }
  }

  /** It will not be; whether nothing of it is left. */
  async abandon(): Promise<boolean> {
    await this.#handle?.close().catch(() => {})
    if (this.#beside !== undefined) await rm(this.#beside, { force: true })
    return !this.#isTouched
  }
}

/** Lets `write` write a file: all of it is there then or, whatever ends it, nothing. */
export const saveFile = async (
  path: string,
  write: (file: OutputFile, signal: AbortSignal) => Promise<void>,
): Promise<void> => {
  const file = await OutputFile.create(path) // a pipe waits for its reader here, and Ctrl-C is to end that
  const save = async (signal: AbortSignal): Promise<void> => {
    try {
      await write(file, signal)
      signal.throwIfAborted()
      await file.commit()
    } catch (error) {
      const state = (await file.abandon()) ? 'is as it was before' : 'was not complete'
      if (!(error instanceof Interrupted)) throw error
      throw new Interrupted(error.code, `interrupted; ${path} ${state}`)
    }
  }
  await interruptible(save, { ends: !file.isSpecial })
}

/** Writes a file in one go. */
export const writeWhole = (path: string, data: Uint8Array | string): Promise<void> =>
  saveFile(path, file => file.write(data))

/** Throws what writing a file would throw, before long work is done for it; leaves nothing. */
export const checkWritable = async (path: string): Promise<void> => {
  if (path === STDOUT) return
  const before = await stat(path).catch(() => undefined)
  if (before && !before.isFile() && !before.isDirectory()) return // a pipe can be opened but once
  const file = await OutputFile.create(path)
  await interruptible(async signal => {
    await file.begin().finally(() => file.abandon())
    signal.throwIfAborted()
  })
}
