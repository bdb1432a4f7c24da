import { inspect } from 'node:util'

/** What went wrong, for programs: stable across releases. docs/errors.md lists each with its remedy. */
export type IoMappingErrorCode =
  | 'ERR_IO_RANGE'
  | 'ERR_IO_ALIGN'
  | 'ERR_IO_WIDTH'
  | 'ERR_IO_ATOMIC'
  | 'ERR_IO_UNMAPPED'
  | 'ERR_IO_FREED'
  | 'ERR_IO_MEMORY_TYPE'
  | 'ERR_IO_READ_ONLY'
  | 'ERR_IO_WRITE_ONLY'
  | 'ERR_IO_SLOTS'
  | 'ERR_IO_NO_APERTURE'
  | 'ERR_IO_ACCESS'
  | 'ERR_IO_FAULT'
  | 'ERR_IO_ARGUMENT'
  | 'ERR_IO_ADDRESS_SPACE'
  | 'ERR_IO_UNSUPPORTED'
  | 'ERR_IO_TIMEOUT'
  | 'ERR_IO_INTERRUPT'
  | 'ERR_IO_DMA'
  | 'ERR_IO_REPLAY'

/** Every error this library throws. Its message says what was asked, what is allowed and what to do. */
export class IoMappingError extends Error {
  override readonly name = 'IoMappingError'
  readonly code: IoMappingErrorCode

  constructor(code: IoMappingErrorCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options)
    this.code = code
  }
}

/**
 * An error whose message ends with what a program can do about it. The command, whose users write none, tells what is before that: its
 * property `plain`.
 */
export const errorForPrograms = (
  code: IoMappingErrorCode,
  plain: string,
  forPrograms = '',
  options?: { readonly cause?: unknown },
): IoMappingError =>
  Object.defineProperty(new IoMappingError(code, `${plain}${forPrograms}`, options), 'plain', {
    value: plain,
  })

/** An error for an argument of the wrong type or form. */
export const badArgument = (name: string, given: unknown, allowed: string): IoMappingError =>
  new IoMappingError('ERR_IO_ARGUMENT', `${name} is ${show(given)}; it must be ${allowed}`)

/** Checks that options are an object, and have only `known` keys: a misspelt one must not be ignored. */
export const checkObject = (call: string, options: object, known: readonly string[]): void => {
  if (typeof options !== 'object' || options === null || Array.isArray(options))
    throw badArgument(`${call}: options`, options, 'an object')
  const unknown = Object.keys(options).find(key => !known.includes(key))
  if (unknown !== undefined) throw badArgument(`${call}: an option`, unknown, `one of ${known.join(', ')}`)
}

/** Checks an option that ends what is waited for. */
export const checkSignal = (call: string, signal: unknown): void => {
  if (signal !== undefined && !(signal instanceof AbortSignal))
    throw badArgument(`${call}: options.signal`, signal, 'an AbortSignal')
}

/** A short rendering of any value, in one line, for messages. */
export const show = (value: unknown): string => {
  if (typeof value === 'string')
    return inspect(value, { breakLength: Number.POSITIVE_INFINITY, maxStringLength: 80 })
  if (typeof value === 'bigint') return `${value}n`
  if (typeof value === 'function') return `a function`
  if (typeof value === 'object' && value !== null)
    return `an object (${value.constructor?.name ?? 'no class'})`
  return String(value)
}

/** What was thrown, which may be anything, as text. */
export const textOf = (thrown: unknown): string => {
  try {
    return String(thrown)
  } catch {
    return show(thrown)
  }
}
