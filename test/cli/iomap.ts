// The command as a user runs it: the built dist/cli/iomap.js in a process of its own.
import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { after } from 'node:test'
import { TempFolder } from '../support/files.js'
import { ROOT } from '../support/root.js'

const IOMAP = join(ROOT, 'dist/cli/iomap.js')

export interface Outcome {
  /** The exit code; null if a signal ended it. */
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs it and waits for its end; `cwd` is where it runs. */
export const iomap = (words: readonly string[], cwd?: string): Promise<Outcome> => outcome(start(words, cwd))

export const start = (
  words: readonly string[],
  cwd?: string,
  env = process.env,
  stdout: 'pipe' | number = 'pipe',
): ChildProcess => spawn(process.execPath, [IOMAP, ...words], { cwd, env, stdio: ['ignore', stdout, 'pipe'] })

export const outcome = async (child: ChildProcess): Promise<Outcome> => {
  const [stdout, stderr, code] = await Promise.all([
    textOf(child.stdout),
    textOf(child.stderr),
    new Promise<number | null>(resolve => child.once('close', resolve)),
  ])
  return { code, stdout, stderr }
}

const textOf = async (stream: NodeJS.ReadableStream | null): Promise<string> => {
  let text = ''
  for await (const piece of stream ?? []) text += piece.toString('utf8')
  return text
}

/** A folder that is gone after the tests of the file that asks for it. */
export const temporaryFolder = (): string => {
  const folder = new TempFolder()
  after(() => folder[Symbol.dispose]())
  return folder.path
}

/** Bytes that repeat nowhere near, always the same ones. */
export const noise = (length: number): Uint8Array => {
  const bytes = new Uint8Array(length)
  let state = 0x2545f491
  for (let i = 0; i < length; i++) {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    bytes[i] = state
  }
  return bytes
}
