import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { answerOf, ioctl, ioctlWord, record } from '#io-mapping/system/ioctl.js'
import { native } from '#io-mapping/system/native.js'
import { viewOf } from '#io-mapping/system/typed-arrays.js'
import { askAll } from '../native/inject/ioctls.js'
import { unlessEmulated } from '../support/emulated.js'

describe('a record', () => {
  test('has its words one behind the other: numbers of 32 bits, bigints of 64, as this processor has them', () => {
    assert.deepEqual(record(), new Uint8Array())
    assert.deepEqual([...record(1, 0x01020304)], [1, 0, 0, 0, 4, 3, 2, 1])
    assert.deepEqual([...record(2, 0, 0x0102030405060708n)], [2, 0, 0, 0, 0, 0, 0, 0, 8, 7, 6, 5, 4, 3, 2, 1])
  })

  test('takes descriptors of none, flags of 32 bits, and addresses of 64', () => {
    const view = viewOf(record(-1, 0xffffffff, 2n ** 64n - 1n))
    assert.deepEqual([view.getInt32(0, true), view.getUint32(4, true)], [-1, 0xffffffff])
    assert.equal(view.getBigUint64(8, true), 2n ** 64n - 1n)
  })

  test('is seen from where it starts in its buffer', () => {
    const bytes = new Uint8Array(16).subarray(4, 12)
    viewOf(bytes).setUint32(0, 7, true)
    assert.deepEqual([viewOf(bytes).byteLength, new Uint8Array(bytes.buffer)[4]], [8, 7])
  })
})

describe('what the system answers', () => {
  test('is a number, or an error that names the call', () => {
    assert.equal(answerOf('CALL', 0), 0)
    assert.equal(answerOf('CALL', 3), 3)
    assert.throws(() => answerOf('CALL', -22), { code: 'EINVAL', syscall: 'CALL', errno: -22 })
    const nobodys = 999_999
    const FIONREAD = 0x541b
    assert.throws(() => ioctl('CALL', nobodys, FIONREAD, new Uint8Array(8)), {
      code: 'EBADF',
      syscall: 'CALL',
    })
    assert.throws(() => ioctlWord('CALL', nobodys, FIONREAD, 0), { code: 'EBADF', syscall: 'CALL' })
  })

  test(
    'comes of each way of asking: by a record, a number, an address, pages; and may be a descriptor',
    { skip: unlessEmulated('it knows not all of these ioctls') },
    askAll,
  )

  test('an address that the record has no room for is refused', () => {
    const target = new Uint8Array(8)
    for (const [length, field] of [
      [8, 1],
      [4, 0],
      [16, 2 ** 40],
    ] as const)
      assert.throws(() => native.ioctlPointing(0, 0, new Uint8Array(length), field, target), RangeError)
  })
})
