import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inspect } from 'node:util'
import { IoMappingError } from 'io-mapping'
import { badArgument, show } from '#io-mapping/system/errors.js'
import { checkError } from '../support/errors.js'

test('an IoMappingError is an Error with a code, and may have a cause', () => {
  const cause = new Error('mine')
  const error = new IoMappingError('ERR_IO_RANGE', 'a message', { cause })
  assert.ok(error instanceof Error)
  assert.deepEqual([error.name, error.code, error.message], ['IoMappingError', 'ERR_IO_RANGE', 'a message'])
  assert.equal(error.cause, cause)
  assert.match(String(error), /^IoMappingError: a message$/)
  assert.match(inspect(error), /ERR_IO_RANGE/)
  assert.match(error.stack ?? '', /errors\.test/)
})

test('badArgument says what was given and what is allowed', () => {
  const { message } = checkError(
    badArgument('call: it', 5, 'a text of letters'),
    'ERR_IO_ARGUMENT',
    'call: it ',
  )
  assert.equal(message, 'call: it is 5; it must be a text of letters')
})

test('show renders any value in one short line', () => {
  const values: [unknown, RegExp][] = [
    ['text', /text/],
    ['two\nlines', /two.*lines/],
    ['x'.repeat(10_000), /xxx/],
    [5, /^5$/],
    [5n, /^5n$/],
    [-0.5, /^-0\.5$/],
    [null, /^null$/],
    [undefined, /^undefined$/],
    [true, /^true$/],
    [Symbol('x'), /x/],
    [function named() {}, /function/i],
    [{ a: 1, b: { c: 'x'.repeat(1000) } }, /./],
    [Array.from({ length: 1000 }, (_, i) => i), /./],
    [Object.create(null), /./],
    [new Map([[1, 2]]), /Map/],
  ]
  for (const [value, expected] of values) {
    const text = show(value)
    assert.match(text, expected)
    assert.doesNotMatch(text, /\n/)
    assert.ok(text.length < 200, text)
  }
})

test('show does not look into a view, which may be a device', () => {
  const bytes = new Uint8Array([77, 78])
  for (const view of [
    bytes,
    bytes.buffer,
    new DataView(bytes.buffer),
    new Uint16Array(bytes.buffer),
    Buffer.from(bytes),
  ]) {
    assert.doesNotMatch(show(view), /77|4d|4e/)
  }
})
