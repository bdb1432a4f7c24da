import { inspect } from 'node:util'

/** The exit codes, but for those of Interrupted; `iomap --help` lists them. `closed`: as shells have it of SIGPIPE. */
export const EXIT = { ok: 0, failure: 1, usage: 2, timeout: 3, closed: 141 } as const

/** A mistake in what was typed. */
export class UsageError extends Error {}

/** What was asked for could not be done. */
export class Failure extends Error {}

/** What was waited for did not come in time. */
export class TimedOut extends Error {}

/** Someone pressed Ctrl-C, or ended the process otherwise. */
export class Interrupted extends Error {
  /** @param code to exit with: 128 and the signal's number, as shells have it */
  constructor(
    readonly code: number,
    message = 'interrupted',
  ) {
    super(message)
  }
}

/** An error in a line of a script. */
export class InScript extends Error {
  constructor(
    readonly place: string,
    cause: unknown,
  ) {
    super(place, { cause })
  }
}

/** What a signal has ended it by; undefined: none has. */
export const interruptionOf = (error: unknown): Interrupted | undefined => {
  if (error instanceof InScript) return interruptionOf(error.cause)
  return error instanceof Interrupted ? error : undefined
}

interface Verdict {
  readonly message: string
  readonly code: number
}

/** Of what is told of an error; longer is what someone else's file, or line, has in it. */
const MESSAGE_MAX = 2000

/** A message in one line, without what would make a terminal do things. */
const inLine = (text: string): string =>
  text
    .slice(0, MESSAGE_MAX)
    .replace(/\s*\n\s*/g, ' ')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what is meant
    .replace(/[\x00-\x1f\x7f-\x9f]/g, '\ufffd') + (text.length > MESSAGE_MAX ? ' …' : '')

/** An error's message in one line, without what only a program can do about it. */
export const plainMessage = (error: Error): string =>
  inLine('plain' in error ? String(error.plain) : error.message)

const NO_FOLDER = 'the folder in which this is run is gone; go to another (cd)'

/** What to tell a user of an error, in one line, and the code to exit with. */
export const judge = (error: unknown): Verdict => {
  if (!(error instanceof Error)) return { message: `unexpected: ${String(error)}`, code: EXIT.failure }
  if (error instanceof InScript) {
    const { message, code } = judge(error.cause)
    return { message: `${error.place}: ${message}`, code }
  }
  const message = plainMessage(error)
  if (error instanceof UsageError) return { message, code: EXIT.usage }
  if (error instanceof Interrupted) return { message, code: error.code }
  if (error instanceof TimedOut) return { message, code: EXIT.timeout }
  if (error instanceof Failure) return { message, code: EXIT.failure }
  // The library is not imported here, since this also tells of its own failure to load.
  if (error.name === 'IoMappingError' && 'code' in error) {
    return { message: `${error.code}: ${message}`, code: EXIT.failure }
  }
  if ('syscall' in error)
    return { message: error.syscall === 'uv_cwd' ? NO_FOLDER : message, code: EXIT.failure }
  return {
    message: `unexpected ${error.name}: ${message} (IOMAP_DEBUG=1 shows where)`,
    code: EXIT.failure,
  }
}

/** Tells of an error on stderr, and sets the exit code. */
export const report = (error: unknown): void => {
  const { message, code } = judge(error)
  process.exitCode = code
  process.stderr.write(`iomap: ${message}\n`)
  if (process.env.IOMAP_DEBUG === '1' && error instanceof Error) process.stderr.write(`${inspect(error)}\n`)
}
