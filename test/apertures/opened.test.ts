// Apertures of a program's own, by a plain file descriptor: whose it is, and what is said of one that is none.
import assert from 'node:assert/strict'
import { closeSync, existsSync, openSync, writeFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { Aperture, type ApertureInit, IoMapping, type Opened, PAGE_SIZE } from 'io-mapping'
import { throwsCode } from '../support/errors.js'
import { TempFolder } from '../support/files.js'
import { processStat } from '../support/process-stat.js'
import { pattern } from '../support/rig.js'
import { inEachStrategy } from '../support/strategies.js'

const SIZE = 4 * PAGE_SIZE
const isOpen = (fd: number) => existsSync(`/proc/self/fd/${fd}`)

const apertureOf = (open: ApertureInit['open'], more: Partial<ApertureInit> = {}) =>
  new Aperture({ name: 'mine', size: SIZE, memoryTypes: ['write-back'], open, ...more })

const withFile = (use: (path: string) => void): void => {
  using folder = new TempFolder()
  use(folder.write('image', pattern(SIZE + PAGE_SIZE)))
}

inEachStrategy('a file descriptor of the program’s own', strategy => {
  test('is mapped from the offset on, and may be closed once the mapping is made', () => {
    withFile(path => {
      const fd = openSync(path, 'r+')
      using mapping = IoMapping.create(
        apertureOf(() => ({ fd, offset: PAGE_SIZE - 4 })),
        strategy,
      )
      closeSync(fd)
      const others: number[] = []
      do others.push(openSync('/dev/zero', 'r+'))
      while (others.at(-1) !== fd && others.length < 100) // until one has its number
      const model = pattern(SIZE + PAGE_SIZE)
      using page = mapping.map(2 * PAGE_SIZE)
      assert.equal(page.read8(0), model[3 * PAGE_SIZE - 4])
      assert.equal(page.u8[1], model[3 * PAGE_SIZE - 3])
      for (const other of others) closeSync(other)
    })
  })

  test('is left open, mapped as often as one likes, and nothing of ours stays', () => {
    withFile(path => {
      const fd = openSync(path, 'r+')
      const before = processStat().descriptors
      const aperture = apertureOf(() => ({ fd, offset: 0 }))
      for (let i = 0; i < 3; i++) {
        using mapping = IoMapping.create(aperture.slice(PAGE_SIZE, PAGE_SIZE), strategy)
        mapping.map(0).write8(0, i)
      }
      assert.equal(processStat().descriptors, before)
      assert.ok(isOpen(fd))
      closeSync(fd)
    })
  })

  test('is closed by the close that comes with it, once', () => {
    withFile(path => {
      const closed: number[] = []
      const open = (_type: string, writable: boolean): Opened => {
        const fd = openSync(path, writable ? 'r+' : 'r')
        return {
          fd,
          offset: 0,
          close() {
            closed.push(this.fd)
            closeSync(fd)
          },
        }
      }
      const mapping = IoMapping.create(apertureOf(open), { ...strategy, writable: false })
      assert.equal(closed.length, 1)
      assert.ok(!isOpen(closed[0] as number) || mapping.map(0).read8(0) === 7, 'its number may be ours now')
      mapping.free()
      assert.equal(closed.length, 1)
    })
  })
})

describe('what is no file descriptor', () => {
  const refused: [string, unknown, RegExp][] = [
    ['-1', { fd: -1, offset: 0 }, /fd that open\(\) returned is -1; it must be that of an open file/],
    ['none', { offset: 0 }, /fd that open\(\) returned is undefined/],
    ['a text', { fd: '3', offset: 0 }, /fd that open\(\) returned is '3'/],
    ['half of one', { fd: 0.5, offset: 0 }, /fd that open\(\) returned is 0.5/],
    ['more than there can be', { fd: 2 ** 31, offset: 0 }, /fd that open\(\) returned is 2147483648/],
    ['a promise', Promise.resolve(), /what open\(\) returned is an object \(Promise\); .* without a wait/],
    ['nothing', undefined, /what open\(\) returned is undefined; it must be an object, \{ fd, offset }/],
    ['a number', 3, /what open\(\) returned is 3/],
    ['no offset', { fd: 0 }, /offset that open\(\) returned is undefined/],
    ['a negative offset', { fd: 0, offset: -1 }, /offset that open\(\) returned is -1/],
    [
      'one that is closed',
      { fd: 2 ** 31 - 1, offset: 0 },
      /\(EBADF from fcntl\): the file descriptor .* is not open/,
    ],
  ]
  for (const [what, opened, message] of refused) {
    test(`ERR_IO_ARGUMENT: ${what}`, () => {
      const error = throwsCode('ERR_IO_ARGUMENT', 'mine', () =>
        IoMapping.create(apertureOf(() => opened as Opened)),
      )
      assert.match(error.message, message)
    })
  }

  test('its close is called all the same, and what it throws is thrown', () => {
    const before = processStat().descriptors
    let closed = 0
    const close = () => {
      closed++
    }
    throwsCode('ERR_IO_ARGUMENT', 'mine', () =>
      IoMapping.create(apertureOf(() => ({ fd: -1, offset: 0, close }))),
    )
    assert.equal(closed, 1)
    withFile(path => {
      const fd = openSync(path, 'r')
      const stuck = new Error('it is stuck')
      const opened: Opened = {
        fd,
        offset: 0,
        close() {
          throw stuck
        },
      }
      assert.throws(
        () => IoMapping.create(apertureOf(() => opened)),
        error => error === stuck,
      )
      closeSync(fd)
    })
    assert.ok(processStat().descriptors <= before + 1, 'a duplicate is left to the collector')
  })

  test('one that is open for reading only is refused where it is to be written, and says how not to', () => {
    withFile(path => {
      const fd = openSync(path, 'r')
      const aperture = apertureOf(() => ({ fd, offset: 0 }))
      const { message } = throwsCode('ERR_IO_ACCESS', "mine can't be mapped", () =>
        IoMapping.create(aperture),
      )
      assert.match(message, /\(EACCES from mmap\).*writable: false/)
      using mapping = IoMapping.create(aperture, { writable: false })
      assert.equal(mapping.map(0).read8(0), 7)
      closeSync(fd)
    })
  })

  test('memory that shrinks is a fault, as of any file', () => {
    withFile(path => {
      const fd = openSync(path, 'r+')
      using mapping = IoMapping.create(apertureOf(() => ({ fd, offset: 0 })))
      closeSync(fd)
      const page = mapping.map(0)
      writeFileSync(path, '')
      throwsCode('ERR_IO_FAULT', 'read8: ', () => page.read8(0))
    })
  })
})
