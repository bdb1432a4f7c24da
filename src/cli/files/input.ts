import { type FileHandle, open } from 'node:fs/promises'
import { Failure, UsageError } from '../failure.js'
import { inSession } from '../session.js'

/** For the file that a command reads: standard input. */
export const STDIN = '-'

/** Refuses standard input where it is the terminal of a shell, which reads it itself. */
const checkStdin = (): void => {
  if (inSession() && process.stdin.isTTY)
    throw new UsageError('standard input is the terminal of this session; name a file')
}

/** Bytes that a command reads, whose number is known. */
export interface Input extends AsyncDisposable {
  /** For messages. */
  readonly name: string
  readonly length: number
  /** Fills `target` with the bytes from `from` on. */
  read(target: Uint8Array, from: number): Promise<void>
}

/**
 * Opens a file, or standard input. What has no size of its own, such as a pipe or a file of /proc, is read first, to its end, or until it has more than `most`
 * bytes, which then is its length.
 */
export const openInput = async (path: string, most: number): Promise<Input> => {
  if (path === STDIN) {
    checkStdin()
    return inMemory('standard input', await readAll(process.stdin, most))
  }
  const handle = await open(path, 'r')
  try {
    const status = await handle.stat()
    if (status.isFile() && (await isAsLong(handle, status.size))) return inFile(path, handle, status.size)
    if (status.isDirectory()) throw new Failure(`${path} is a folder; name a file in it`)
    const bytes = await readAll(handle.createReadStream({ autoClose: false }), most)
    await handle.close()
    return inMemory(path, bytes)
  } catch (error) {
    await handle.close()
    throw error
  }
}

/** Whether a file's size is what can be read of it: those of /proc have none, those of /sys a page. */
const isAsLong = async (handle: FileHandle, size: number): Promise<boolean> =>
  size > 0 && (await handle.read(new Uint8Array(1), 0, 1, size - 1)).bytesRead > 0

const readAll = async (stream: AsyncIterable<Uint8Array>, most: number): Promise<Buffer> => {
  const pieces: Uint8Array[] = []
  let length = 0
  for await (const piece of stream) {
    pieces.push(piece)
    length += piece.length
    if (length > most) break
  }
  return Buffer.concat(pieces)
}

const inMemory = (name: string, bytes: Buffer): Input => ({
  name,
  length: bytes.length,
  read: async (target, from) => {
    target.set(bytes.subarray(from, from + target.length))
  },
  [Symbol.asyncDispose]: async () => {},
})

const inFile = (name: string, handle: FileHandle, length: number): Input => ({
  name,
  length,
  read: async (target, from) => {
    for (let have = 0; have < target.length; ) {
      const { bytesRead } = await handle.read(target, have, target.length - have, from + have)
      if (bytesRead === 0) throw new Failure(`${name} became shorter while it was read`)
      have += bytesRead
    }
  },
  [Symbol.asyncDispose]: () => handle.close(),
})
