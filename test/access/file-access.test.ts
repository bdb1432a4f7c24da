// Registers that the kernel accesses: each access is one read or write of a file, of its width.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { type DeviceFile, FileAccess } from '#io-mapping/access/file-access.js'
import { Descriptor } from '#io-mapping/system/descriptor.js'
import { throwsCode } from '../support/errors.js'
import { TempFolder } from '../support/files.js'

const START = 16
const BYTES = Uint8Array.from({ length: 64 }, (_, i) => i)

const O_RDONLY = 0
const O_RDWR = 2

/** Registers from byte 16 of a file of 64 on. */
class Registers implements Disposable {
  readonly #folder = new TempFolder()
  readonly path = this.#folder.write('registers', BYTES)
  readonly access: FileAccess

  constructor(more: Partial<DeviceFile> = {}, flags = O_RDWR) {
    const descriptor = Descriptor.open(this.path, flags)
    this.access = new FileAccess('the registers', { descriptor, start: START, length: 32, ...more })
  }

  /** What is in the file where it is not as it was, by offset. */
  get changed(): Record<number, number> {
    const now = readFileSync(this.path)
    return Object.fromEntries([...now.entries()].filter(([at, byte]) => byte !== BYTES[at]))
  }

  [Symbol.dispose](): void {
    this.access.unmap()
    this.#folder[Symbol.dispose]()
  }
}

describe('registers of a file', () => {
  test('are read at their offset, by every width up to 32 bits', () => {
    using all = new Registers()
    const { access } = all
    assert.equal(access.length, 32)
    assert.equal(access.read8(3), 0x13)
    assert.equal(access.read16(2), 0x1312)
    assert.equal(access.read32(28), 0x2f2e2d2c)
  })

  test('are written so, and nothing beside them', () => {
    using all = new Registers()
    all.access.write8(1, 0xa1)
    all.access.write16(4, 0xb2b3)
    all.access.write32(28, 0xfffefdfc)
    assert.deepEqual(all.changed, {
      ...{ 17: 0xa1, 20: 0xb3, 21: 0xb2 },
      ...{ 44: 0xfc, 45: 0xfd, 46: 0xfe, 47: 0xff },
    })
  })

  test('have no 64 bits, which the kernel would make several accesses of; nor more than 8, if the file says so', () => {
    using all = new Registers()
    throwsCode('ERR_IO_WIDTH', 'read64: the registers', () => all.access.read64(0))
    throwsCode('ERR_IO_WIDTH', 'write64: the registers', () => all.access.write64(0, 1n))
    using bytes = new Registers({ widest: 1 })
    assert.equal(bytes.access.read8(0), START)
    throwsCode('ERR_IO_WIDTH', 'read16: the registers', () => bytes.access.read16(0))
    throwsCode('ERR_IO_WIDTH', 'write32: the registers', () => bytes.access.write32(0, 1))
    assert.deepEqual([all.changed, bytes.changed], [{}, {}])
  })

  test('outside the range, or not aligned, are refused, and the file is not touched', () => {
    using all = new Registers()
    for (const offset of [-1, 29, 32, 0.5, Number.NaN, 2 ** 32])
      throwsCode('ERR_IO_RANGE', 'write32', () => all.access.write32(offset, 1))
    throwsCode('ERR_IO_ALIGN', 'read32', () => all.access.read32(2))
    throwsCode('ERR_IO_ALIGN', 'write16', () => all.access.write16(1, 1))
    assert.deepEqual(all.changed, {})
  })

  test('that the file does not have: nothing is to be read, with the reason, if one is known', () => {
    using all = new Registers({ length: 64 }) // the file ends before
    assert.equal(all.access.read32(44), 0x3f3e3d3c)
    const nothing = throwsCode('ERR_IO_ACCESS', 'read32: nothing is to be read', () => all.access.read32(48))
    assert.match(nothing.message, /offset 0x30 of the registers: the device does not answer there/)
    using known = new Registers({ length: 64, whyNothing: offset => `for root alone (${offset})` })
    const { message } = throwsCode('ERR_IO_ACCESS', 'read8', () => known.access.read8(50))
    assert.match(message, /for root alone \(50\)/)
  })

  test('that can’t be written to say why', () => {
    using all = new Registers({ readOnly: 'only root may' })
    const { message } = throwsCode('ERR_IO_ACCESS', 'write8: ', () => all.access.write8(0, 1))
    assert.match(message, /the registers can't be written to: only root may/)
    assert.deepEqual(all.changed, {})
  })

  test('that the system refuses: by their own reasons, or its errno', () => {
    using all = new Registers({}, O_RDONLY)
    throwsCode('ERR_IO_ACCESS', "the registers can't be written (EBADF from write)", () =>
      all.access.write8(0, 1),
    )
    const reasons = [{ errno: 'EBADF', why: 'it was pulled out', code: 'ERR_IO_NO_APERTURE' as const }]
    using known = new Registers({ reasons }, O_RDONLY)
    const { message } = throwsCode('ERR_IO_NO_APERTURE', 'the registers', () => known.access.write8(0, 1))
    assert.match(message, /it was pulled out/)
  })

  test('closed, are refused, and the descriptor is closed; again, it does nothing', () => {
    let closed = 0
    const descriptor = { fd: 0, close: () => void closed++ }
    const access = new FileAccess('the registers', { descriptor, length: 4 })
    access.unmap()
    assert.equal(closed, 1)
    assert.equal(access.mapped, false)
    throwsCode('ERR_IO_UNMAPPED', 'read8', () => access.read8(0))
    throwsCode('ERR_IO_UNMAPPED', 'unmap', () => access.unmap())
    access[Symbol.dispose]()
    assert.equal(closed, 1)
  })
})
