import assert from 'node:assert/strict'
import { test } from 'node:test'
import { IoMapping, memory } from 'io-mapping'
import { refusal } from '#io-mapping/system/refusal.js'
import { judge, plainMessage } from '../../src/cli/failure.js'
import { throwsCode } from '../support/errors.js'
import { systemCallError } from '../support/patch.js'

test('what only a program can do about a refusal is not told to who types a command', () => {
  const error = refusal('file:x', systemCallError('EROFS', 'open'), { writable: true })
  assert.match(error.message, /; map it with \{ writable: false \}$/)
  assert.deepEqual(judge(error), {
    message: "ERR_IO_ACCESS: file:x can't be mapped (EROFS from open): the file system is read-only",
    code: 1,
  })
})

test('what the library says without that is told whole', () => {
  const error = throwsCode('ERR_IO_ARGUMENT', 'create: ', () =>
    IoMapping.create(memory(4096), { strategy: 'x' as never }),
  )
  assert.equal(plainMessage(error), error.message)
})

test('a message is told in one line', () => {
  assert.equal(plainMessage(new Error('one\n  other\n\nthird')), 'one other third')
})
