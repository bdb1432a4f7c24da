import assert from 'node:assert/strict'
import { IoMappingError, type IoMappingErrorCode } from 'io-mapping'

/**
 * Checks that `fn` throws an IoMappingError of this code, with a message of one line that starts with `call`, the name
 * of what was called. Returns the error.
 */
export const throwsCode = (code: IoMappingErrorCode, call: string, fn: () => unknown): IoMappingError => {
  try {
    fn()
  } catch (error) {
    return checkError(error, code, call)
  }
  return assert.fail(`${call} was to throw ${code}, and threw nothing`)
}

/** The checks of `throwsCode`, for an error that was caught. */
export const checkError = (error: unknown, code: IoMappingErrorCode, call: string): IoMappingError => {
  if (!(error instanceof IoMappingError)) throw error
  assert.equal(error.code, code, error.message)
  assert.equal(error.name, 'IoMappingError')
  assert.doesNotMatch(error.message, /\n/, 'the message is one line')
  assert.ok(error.message.startsWith(call), `the message names ${call}: ${error.message}`)
  assert.ok(error.message.length > call.length + 20, `the message says something: ${error.message}`)
  return error
}

/** The same of a promise, which is to be rejected so. */
export const rejectsCode = async (
  code: IoMappingErrorCode,
  call: string,
  promise: Promise<unknown>,
): Promise<IoMappingError> =>
  checkError(
    await promise.then(
      () => assert.fail(`${call} was to be rejected with ${code}`),
      error => error,
    ),
    code,
    call,
  )

/** An error's message without what only a program can do about it, as the command tells it. */
export const plainOf = (error: IoMappingError): string => ('plain' in error ? String(error.plain) : '')
