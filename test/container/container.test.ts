import assert from 'node:assert/strict'
import { constants } from 'node:fs'
import { describe, test } from 'node:test'
import { PAGE_SIZE } from 'io-mapping'
import { Container } from '#io-mapping/container/container.js'
import { Space } from '#io-mapping/container/space.js'
import { Descriptor } from '#io-mapping/system/descriptor.js'
import { ACCESS, native } from '#io-mapping/system/native.js'
import { IS_32_BIT } from '#io-mapping/system/word-size.js'
import { throwsCode } from '../support/errors.js'
import { TempFolder } from '../support/files.js'
import { pattern } from '../support/rig.js'

const SIZE = 16 * PAGE_SIZE
const LEASE = native.createLease()

/** One of a space that is looked at beside it. */
const withSpace = (unit = 1): { space: Space; container: Container } => {
  const space = new Space(SIZE + unit)
  const container = new Container(space, LEASE, unit)
  container.guard(false)
  return { space, container }
}

describe('a space', () => {
  test('is page aligned, starts as zeros, and is as large as was asked', () => {
    for (const size of [1, PAGE_SIZE, 65536, 65537, 2 ** 20]) {
      const space = new Space(size)
      assert.equal(space.address % PAGE_SIZE, 0)
      assert.ok(space.address > 0)
      assert.ok(space.byteLength >= size && space.byteLength < size + 65536)
      assert.equal(space.buffer.byteLength, space.byteLength)
      assert.ok(new Uint8Array(space.buffer).every(byte => byte === 0))
    }
  })

  test('of 1 GiB: a view spans it; a 32-bit process has no such views, and is told so', () => {
    const make = () => new Space(2 ** 30)
    if (IS_32_BIT) throwsCode('ERR_IO_ADDRESS_SPACE', 'No 1G can be mapped', make)
    else assert.equal(new Uint8Array(make().buffer).length, 2 ** 30)
  })

  test('detach empties every view, and it can be used again where it was', () => {
    const space = new Space(SIZE)
    const { address, buffer } = space
    const views = [new Uint8Array(buffer), new BigUint64Array(buffer, 8, 1)]
    new Uint8Array(buffer)[5] = 7
    space.detach()
    for (const view of views) assert.equal(view.length, 0)
    assert.equal(buffer.byteLength, 0)
    assert.equal(space.address, address)
    assert.equal(space.buffer.byteLength, space.byteLength)
    assert.equal(new Uint8Array(space.buffer)[5], 7, 'the pages stay')
  })
})

describe('a container', () => {
  test('starts at a multiple of its unit, and its arrays with it', () => {
    const unit = 2 ** 21
    const { space, container } = withSpace(unit)
    assert.equal(container.address % unit, 0)
    assert.ok(container.address >= space.address && container.byteLength >= SIZE)
    const arrays = container.arrays(true)
    assert.equal(arrays.address, container.address)
    arrays.u8[3] = 9
    assert.equal(new Uint8Array(space.buffer)[container.address - space.address + 3], 9)
  })

  test('given back, it has no space, and gives none back twice', () => {
    const { container } = withSpace()
    assert.equal(container.isHeld, true)
    container.giveBack()
    assert.equal(container.isHeld, false)
    container.giveBack()
    assert.throws(() => container.arrays(true), /given back/)
  })

  test('takes pages where they are laid, and gives them up when it is cleared', () => {
    using folder = new TempFolder()
    const model = pattern(SIZE)
    const descriptor = Descriptor.open(folder.write('image', model), constants.O_RDWR)
    const { space, container } = withSpace()
    const { address } = container
    const source = { fd: descriptor.fd, offset: PAGE_SIZE }
    container.lay(2 * PAGE_SIZE, 3 * PAGE_SIZE, source, PAGE_SIZE, ACCESS.readWrite)
    descriptor.close()

    const seen = Buffer.from(space.buffer, 0, SIZE)
    const expected = Buffer.alloc(SIZE)
    model.copy(expected, 2 * PAGE_SIZE, 2 * PAGE_SIZE, 5 * PAGE_SIZE)
    assert.ok(seen.equals(expected))
    assert.equal(container.empty(), true)
    assert.ok(seen.equals(Buffer.alloc(SIZE)), 'clear takes the pages out and leaves the views')
    assert.equal(container.address, address)
  })

  test('a refusal throws the system’s error, and zeros lie there', () => {
    using folder = new TempFolder()
    const descriptor = Descriptor.open(folder.write('image', pattern(SIZE)), constants.O_RDONLY)
    const { space, container } = withSpace()
    const bytes = new Uint8Array(space.buffer)
    bytes.fill(7)
    const source = { fd: descriptor.fd, offset: 0 }
    assert.throws(() => container.lay(PAGE_SIZE, PAGE_SIZE, source, 0, ACCESS.readWrite), {
      code: 'EACCES',
      syscall: 'mmap',
    })
    const bad = { fd: 2 ** 20, offset: 0 }
    assert.throws(() => container.lay(PAGE_SIZE, PAGE_SIZE, bad, 0, ACCESS.read), { code: 'EBADF' })
    assert.deepEqual([bytes[PAGE_SIZE - 1], bytes[PAGE_SIZE], bytes[2 * PAGE_SIZE]], [7, 0, 7])
    bytes[PAGE_SIZE] = 1
    descriptor.close()
  })

  test('read-only pages can be read, copy-on-write ones written by this process alone', () => {
    using folder = new TempFolder()
    const path = folder.write('image', pattern(SIZE))
    const descriptor = Descriptor.open(path, constants.O_RDONLY)
    const { space, container } = withSpace()
    const source = { fd: descriptor.fd, offset: 0 }
    container.lay(0, PAGE_SIZE, source, 0, ACCESS.read)
    container.lay(PAGE_SIZE, PAGE_SIZE, source, 0, ACCESS.copyOnWrite)
    descriptor.close()
    const bytes = new Uint8Array(space.buffer)
    const model = pattern(1)[0]
    bytes[PAGE_SIZE] = 0xee
    assert.deepEqual([bytes[0], bytes[PAGE_SIZE]], [model, 0xee])
  })
})
