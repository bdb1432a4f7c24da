import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, readFileSync, rmSync, symlinkSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { file, IoMapping, PAGE_SIZE } from 'io-mapping'
import { runModule } from '../support/child.js'
import { throwsCode } from '../support/errors.js'
import { TempFolder } from '../support/files.js'
import { processStat } from '../support/process-stat.js'
import { pattern } from '../support/rig.js'

const SIZE = 2 * PAGE_SIZE

const NOBODY = 65534
const isRoot = () => process.geteuid?.() === 0

/**
 * Whether the tests can be NOBODY, or need not. A user namespace knows users by lines of: the first, whom that is
 * outside, how many.
 */
const canBeNobody = (): boolean =>
  !isRoot() ||
  readFileSync('/proc/self/uid_map', 'latin1')
    .trim()
    .split('\n')
    .map(line => line.trim().split(/\s+/).map(Number))
    .some(([first = 0, , count = 0]) => NOBODY >= first && NOBODY < first + count)

/** Why a test without root's rights is skipped; false if it can be had. */
const noNobody = (): string | false => {
  if (!canBeNobody()) return 'a user namespace that has no other user than its root'
  try {
    if (isRoot()) process.seteuid?.(0)
    return false
  } catch (error) {
    return `this Node becomes no other user: ${(error as Error).message}` // Debian 13's
  }
}

/** Runs `body` without root's rights, if the tests have them: root may open any file. */
const asNobody = (body: () => void): void => {
  const root = isRoot()
  if (root) process.seteuid?.(NOBODY)
  try {
    body()
  } finally {
    if (root) process.seteuid?.(0)
  }
}

describe('file', () => {
  test('is all of the file, under its name', () => {
    using folder = new TempFolder()
    const path = folder.write('image', pattern(5000))
    const aperture = file(path)
    assert.deepEqual(
      [aperture.name, aperture.size, aperture.memoryTypes],
      [`file:${path}`, 5000, ['write-back']],
    )
  })

  test('is the file: writes reach it, and its own changes are seen', () => {
    using folder = new TempFolder()
    const path = folder.write('image', pattern(5000))
    const model = pattern(5000)
    using mapping = IoMapping.createWc(file(path))
    using window = mapping.map(0, 5000)
    window.write8(4999, 0x11)
    window.write32(8, 0)
    model.fill(0, 8, 12)[4999] = 0x11
    assert.ok(readFileSync(path).equals(model))
  })

  test('a part of it: offset, size, both', () => {
    using folder = new TempFolder()
    const path = folder.write('image', pattern(SIZE))
    const parts: [{ offset?: number; size?: number }, number, number][] = [
      [{ offset: 100 }, 100, SIZE],
      [{ size: 100 }, 0, 100],
      [{ offset: PAGE_SIZE + 3, size: 50 }, PAGE_SIZE + 3, PAGE_SIZE + 53],
      [{ offset: SIZE - 1, size: 1 }, SIZE - 1, SIZE],
      [{ offset: 0, size: SIZE }, 0, SIZE],
    ]
    for (const [options, start, end] of parts) {
      using mapping = IoMapping.createWc(file(path, options))
      const copy = Buffer.alloc(mapping.size)
      mapping.map(0, mapping.size).copyTo(copy)
      assert.ok(copy.equals(pattern(SIZE).subarray(start, end)))
    }
  })

  test('is closed when its mapping is freed', () => {
    using folder = new TempFolder()
    const aperture = file(folder.write('image', pattern(SIZE)))
    const before = processStat().descriptors
    const mapping = IoMapping.createWc(aperture)
    assert.equal(processStat().descriptors, before + 1)
    mapping.free()
    assert.equal(processStat().descriptors, before)
  })

  test('may be a link', () => {
    using folder = new TempFolder()
    const link = join(folder.path, 'link')
    symlinkSync(folder.write('image', pattern(10)), link)
    assert.equal(file(link).size, 10)
  })

  test('a device has no memory type that is known, and needs a size', () => {
    const { message } = throwsCode('ERR_IO_ARGUMENT', 'file:/dev/zero is a device', () => file('/dev/zero'))
    assert.match(message, /: file:\/dev\/zero\+(4K|16K|64K), or file\(path, \{ size: /)
    const aperture = file('/dev/zero', { size: SIZE })
    assert.deepEqual(aperture.memoryTypes, ['unknown'])
    throwsCode('ERR_IO_MEMORY_TYPE', 'createWc: ', () => IoMapping.createWc(aperture))
    using mapping = IoMapping.create(aperture)
    assert.equal(mapping.memoryType, 'unknown')
    assert.equal(mapping.map(0).read8(0), 0)
  })

  const attribute = '/sys/kernel/uevent_seqnum'
  test(
    'a file of sysfs may be a device: its memory type is not known',
    {
      skip: existsSync(attribute) ? false : `there is no ${attribute} here`,
    },
    () => assert.deepEqual(file(attribute).memoryTypes, ['unknown']),
  )

  test('a relative path is of the folder it was made in', async () => {
    using folder = new TempFolder()
    folder.write('one/image', Buffer.from([1]))
    folder.write('other/image', Buffer.from([2]))
    const { stdout, stderr } = await runModule(`
      import { file, IoMapping } from 'io-mapping'
      process.chdir(${JSON.stringify(join(folder.path, 'one'))})
      const aperture = file('image')
      process.chdir('../other')
      console.log(IoMapping.createWc(aperture).map(0).read8(0))`)
    assert.equal(stdout, '1\n', stderr)
  })
})

describe('file refuses', () => {
  const SOME = pattern(SIZE)

  test('ERR_IO_NO_APERTURE: no such file', () => {
    using folder = new TempFolder()
    const path = join(folder.path, 'none')
    const { message } = throwsCode('ERR_IO_NO_APERTURE', `There is no file '${path}'`, () => file(path))
    assert.match(message, /truncate -s/)
    const inFile = join(folder.write('image', SOME), 'none')
    throwsCode('ERR_IO_NO_APERTURE', '', () => file(inFile))
  })

  test('ERR_IO_NO_APERTURE: gone since', () => {
    const folder = new TempFolder()
    const aperture = file(folder.write('image', SOME))
    folder[Symbol.dispose]()
    throwsCode('ERR_IO_NO_APERTURE', `${aperture.name} can't be mapped`, () => IoMapping.createWc(aperture))
  })

  const outside: { offset?: number; size?: number }[] = [
    { offset: SIZE },
    { offset: SIZE + PAGE_SIZE },
    { offset: -1 },
    { offset: 0.5 },
    { offset: Number.NaN },
    { offset: 2 ** 53 },
    { size: 0 },
    { size: -1 },
    { size: SIZE + 1 },
    { size: 0.5 },
    { size: Number.NaN },
    { size: 2 ** 53 },
    { offset: 1, size: SIZE },
    { offset: SIZE - 1, size: 2 },
  ]
  for (const options of outside) {
    test(`ERR_IO_RANGE: ${Object.entries(options).join(' ')}`, () => {
      using folder = new TempFolder()
      const path = folder.write('image', SOME)
      throwsCode('ERR_IO_RANGE', 'file:', () => file(path, options))
    })
  }

  test('ERR_IO_RANGE: an empty file', () => {
    using folder = new TempFolder()
    const path = folder.write('image', '')
    throwsCode('ERR_IO_RANGE', `file:${path}: `, () => file(path))
  })

  test('ERR_IO_RANGE: a file that has shrunk since, and it is closed again', () => {
    using folder = new TempFolder()
    const path = folder.write('image', SOME)
    const [whole, part] = [file(path), file(path, { offset: PAGE_SIZE, size: 10 })]
    const before = processStat().descriptors
    truncateSync(path, PAGE_SIZE + 9)
    for (const aperture of [whole, part]) {
      const { message } = throwsCode('ERR_IO_RANGE', `file:${path}: `, () => IoMapping.createWc(aperture))
      assert.match(message, /shrunk/)
    }
    assert.equal(processStat().descriptors, before)
    truncateSync(path, PAGE_SIZE + 10)
    IoMapping.createWc(part).free()
  })

  for (const path of [undefined, null, '', 5, {}, Buffer.from('x')] as unknown as string[]) {
    test(`ERR_IO_ARGUMENT: a path that is ${path === '' ? 'empty' : String(path)}`, () => {
      throwsCode('ERR_IO_ARGUMENT', 'file: path ', () => file(path))
    })
  }

  test('ERR_IO_ARGUMENT: a folder', () => {
    using folder = new TempFolder()
    throwsCode('ERR_IO_ARGUMENT', 'file: path ', () => file(folder.path))
  })

  test('ERR_IO_ARGUMENT: a size that is no number', () => {
    using folder = new TempFolder()
    const path = folder.write('image', SOME)
    throwsCode('ERR_IO_ARGUMENT', 'file: size ', () => file(path, { size: '10' as never }))
  })

  test('a path with a zero byte, one that is too long, one that leads in a circle: an IoMappingError', () => {
    using folder = new TempFolder()
    const circle = join(folder.path, 'circle')
    symlinkSync(circle, circle)
    throwsCode('ERR_IO_ARGUMENT', 'file: path ', () => file('a\0b'))
    throwsCode('ERR_IO_ARGUMENT', 'file:', () => file('x'.repeat(5000)))
    throwsCode('ERR_IO_NO_APERTURE', 'file:', () => file(circle))
  })

  test('ERR_IO_ACCESS: no permission', {
    skip: noNobody(),
  }, () => {
    using folder = new TempFolder()
    const path = folder.write('image', SOME)
    chmodSync(folder.path, 0o755)
    chmodSync(path, 0o444)
    asNobody(() => {
      const { message } = throwsCode('ERR_IO_ACCESS', `file:${path} can't be mapped`, () =>
        IoMapping.createWc(file(path)),
      )
      assert.match(message, /EACCES from open.*writable: false/)
      IoMapping.createWc(file(path), { writable: false }).free()
    })
  })

  test('ERR_IO_ACCESS: what can’t be mapped', () => {
    const aperture = file('/dev/null', { size: SIZE })
    const { message } = throwsCode('ERR_IO_ACCESS', 'file:/dev/null+', () => IoMapping.create(aperture))
    assert.match(message, /ENODEV from mmap.*does not support mmap/)
  })

  test('ERR_IO_ARGUMENT: a FIFO, which is not waited for', () => {
    using folder = new TempFolder()
    const path = join(folder.path, 'fifo')
    execFileSync('mkfifo', [path])
    const { message } = throwsCode('ERR_IO_ARGUMENT', 'file: path', () => file(path))
    assert.match(message, /this is a FIFO/)
  })

  test('what a link leads to by the time it is opened: another kind of memory, a FIFO', () => {
    using folder = new TempFolder()
    const image = folder.write('image', pattern(SIZE))
    const link = join(folder.path, 'link')
    const fifo = join(folder.path, 'fifo')
    execFileSync('mkfifo', [fifo])
    const lead = (to: string) => {
      rmSync(link, { force: true })
      symlinkSync(to, link)
    }
    for (const [from, to] of [
      [image, '/dev/zero'],
      ['/dev/zero', image],
      [image, fifo],
    ] as const) {
      lead(from)
      const aperture = file(link, { size: SIZE })
      lead(to)
      throwsCode('ERR_IO_RANGE', 'file:', () => IoMapping.create(aperture))
      lead(from)
      IoMapping.create(aperture).free()
    }
  })
})
