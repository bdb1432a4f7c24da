import assert from 'node:assert/strict'
import { IoMappingError, type IoMappingErrorCode } from 'io-mapping'

/** Asserts that `act` throws an IoMappingError of that code, whose message matches. */
export const refused = (code: IoMappingErrorCode, act: () => unknown, message = /./): void => {
  assert.throws(act, (error: unknown) => {
    assert.ok(error instanceof IoMappingError, String(error))
    assert.equal(error.code, code, error.message)
    assert.match(error.message, message)
    return true
  })
}
