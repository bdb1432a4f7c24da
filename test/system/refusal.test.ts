// Why the system refuses: by the call, its errno, and what is known besides; each row of the table.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { describe, test } from 'node:test'
import { file } from 'io-mapping'
import { REASONS as DEV_MEM } from '#io-mapping/apertures/dev-mem.js'
import { ATTRIBUTE_REASONS, BAR_REASONS, ENABLE_REASONS } from '#io-mapping/apertures/pci/reasons.js'
import {
  type Circumstances,
  type Explanation,
  GENERAL,
  LOCKED_DOWN,
  type Reason,
  reasonFor,
  refusal,
} from '#io-mapping/system/refusal.js'
import { plainOf, throwsCode } from '../support/errors.js'
import { TempFolder } from '../support/files.js'
import { systemCallError } from '../support/patch.js'

const USER: Circumstances = { writable: true, isRoot: false, isLockedDown: false }
const READER = { ...USER, writable: false }
const ROOT = { ...USER, isRoot: true }
const READING_ROOT = { ...READER, isRoot: true }

type Row = [call: string, errno: string, Circumstances, why: RegExp]

const ROWS: Row[] = [
  ['mmap', 'EACCES', ROOT, /appended to.*writable: false/],
  ['open', 'EACCES', ROOT, /denied even to root.*SELinux/],
  ['open', 'EACCES', USER, /run as root, or map it with { writable: false }/],
  ['open', 'EACCES', READER, /^no permission to read it; run as root$/],
  ['mmap', 'EPERM', ROOT, /sealed against writing.*writable: false/],
  ['mmap', 'EPERM', READING_ROOT, /its driver allows no such mapping$/],
  ['open', 'EPERM', ROOT, /immutable.*lsattr.*chattr.*writable: false/],
  ['open', 'EPERM', READING_ROOT, /lacks the capability/],
  ['open', 'EPERM', USER, /not permitted; run as root/],
  ['open', 'ENOENT', USER, /does not exist/],
  ['open', 'ELOOP', USER, /circle/],
  ['open', 'ENAMETOOLONG', USER, /too long/],
  ['open', 'ENOTDIR', USER, /no folder/],
  ['open', 'ENXIO', USER, /no device is behind it.*driver/],
  ['open', 'ENODEV', USER, /no device is behind it.*driver/],
  ['mmap', 'ENODEV', USER, /removed, or.*does not support mmap/],
  ['fcntl', 'EBADF', USER, /is not open.*when the mapping is made/],
  ['open', 'EBUSY', USER, /only once/],
  ['mmap', 'EINVAL', USER, /its driver refuses/],
  ['open', 'ETXTBSY', USER, /a program that runs.*writable: false/],
  ['mmap', 'ENOMEM', USER, /vm.max_map_count/],
  ['mmap', 'EAGAIN', USER, /ulimit -l/],
  ['open', 'EMFILE', USER, /ulimit -n/],
  ['open', 'ENFILE', USER, /the system has too many open files/],
  ['open', 'EROFS', USER, /read-only.*writable: false/],
  ['mmap', 'EEXIST', USER, /mapInto.*unmap/],
  ['ftruncate', 'EFBIG', USER, /larger/],
  ['mmap', 'EOVERFLOW', USER, /beyond what this process can address/],
]

const LOCKED = { ...ROOT, isLockedDown: true }

const DEV_MEM_ROWS: Row[] = [
  ['open', 'ENOENT', ROOT, /this system has no \/dev\/mem/],
  ['open', 'EACCES', USER, /for root/],
  ['open', 'EPERM', LOCKED, /locked down/],
  ['open', 'EPERM', ROOT, /CAP_SYS_RAWIO/],
  ['mmap', 'EINVAL', ROOT, /no such addresses/],
  ['mmap', 'EAGAIN', ROOT, /another memory type/],
]

const BAR_ROWS: Row[] = [
  ['open', 'EPERM', LOCKED, /locked down/],
  ['open', 'EACCES', USER, /^no permission; run as root$/],
  ['mmap', 'ENODEV', ROOT, /removed.*create a new one/],
]

const ENABLE_ROWS: Row[] = [
  ['write', 'EPERM', LOCKED, /locked down/],
  ['open', 'ENOENT', ROOT, /removed/],
  ['open', 'EACCES', USER, /only root may enable/],
  ['write', 'EPERM', USER, /only root may enable/],
  ['open', 'EROFS', ROOT, /read-only.*mount it/],
]

const ATTRIBUTE_ROWS: Row[] = [
  ['open', 'ENOENT', USER, /removed/],
  ['read', 'ENODEV', USER, /removed/],
]

const TABLES: [name: string, readonly Reason[], Row[]][] = [
  ['of anything', GENERAL, ROWS],
  ['of /dev/mem', DEV_MEM, DEV_MEM_ROWS],
  ['of a BAR', BAR_REASONS, BAR_ROWS],
  ['to enable a device', ENABLE_REASONS, ENABLE_ROWS],
  ['of a device’s attribute', ATTRIBUTE_REASONS, ATTRIBUTE_ROWS],
]

for (const [name, reasons, rows] of TABLES) {
  describe(`the reason of a refusal ${name}`, () => {
    const reached = new Set<Reason>()
    for (const [call, errno, known, why] of rows) {
      test(`${errno} from ${call}, ${JSON.stringify(known)}`, () => {
        const reason = reasonFor(systemCallError(errno, call), reasons, known) ?? assert.fail('no reason')
        assert.match(`${reason.why}${reason.forPrograms ?? ''}`, why)
        if (known.isRoot) assert.doesNotMatch(reason.why, /run as root/)
        reached.add(reason)
      })
    }

    test('each is told by some test', () => {
      const untold = reasons.filter(reason => !reached.has(reason))
      assert.deepEqual(untold, [])
    })
  })
}

describe('a refusal', () => {
  test('lockdown is told where there is one, not where there is none', () => {
    const error = systemCallError('EPERM', 'open')
    assert.equal(reasonFor(error, [LOCKED_DOWN], ROOT), undefined)
    assert.match(reasonFor(error, [LOCKED_DOWN], { ...ROOT, isLockedDown: true })?.why ?? '', /locked down/)
  })

  test('what programs can do about it is told to them alone', () => {
    const error = refusal('x', systemCallError('EROFS', 'open'), { writable: true })
    assert.equal(plainOf(error), "x can't be mapped (EROFS from open): the file system is read-only")
    assert.equal(error.message, `${plainOf(error)}; map it with { writable: false }`)
  })

  test('what no reason is known of is told in the system’s own words', () => {
    const { code, message } = refusal('x', systemCallError('EIO', 'open'))
    assert.deepEqual([code, message], ['ERR_IO_ACCESS', "x can't be mapped (EIO from open): i/o error"])
  })

  test('an aperture’s kind has the word; its code, where it names one', () => {
    const error = systemCallError('EAGAIN', 'mmap')
    const of = (explanation: Explanation) => {
      const { code, message } = refusal('x', error, { to: 'shared', explain: () => explanation })
      return [code, message]
    }
    assert.deepEqual(of({ why: 'so' }), ['ERR_IO_ADDRESS_SPACE', "x can't be shared (EAGAIN from mmap): so"])
    assert.equal(of({ why: 'so', code: 'ERR_IO_ACCESS' })[0], 'ERR_IO_ACCESS')
  })
})

test('memory that is sealed against writing is no matter of root', () => {
  // memfd_create by Python's standard library, as another program's
  const program = `import fcntl, os, sys
fd = os.memfd_create("sealed", os.MFD_ALLOW_SEALING)
os.ftruncate(fd, 65536)
fcntl.fcntl(fd, 1033, 8)  # F_ADD_SEALS, F_SEAL_WRITE
os.execvp(sys.argv[1], sys.argv[1:] + [str(fd)])`
  const look = `import { file, IoMapping } from 'io-mapping'
    const path = '/proc/self/fd/' + process.argv.at(-1)
    try { IoMapping.create(file(path)) } catch ({ code, message }) { console.log(code, message) }
    const mapping = IoMapping.create(file(path), { writable: false })
    console.log(mapping.map(0).read32(0))`
  const args = ['-c', program, process.execPath, '--input-type=module', '--eval', look]
  const { stdout, error } = spawnSync('python3', args, { encoding: 'utf8', env: process.env })
  if (error) return // no Python here, as in processors' systems
  assert.match(stdout, /^ERR_IO_ACCESS .*EPERM from mmap.*sealed.*writable: false.*\n0\n$/)
})

test('a node that is missing can’t be made by truncate; a file can', () => {
  using folder = new TempFolder()
  const message = (path: string) =>
    throwsCode('ERR_IO_NO_APERTURE', 'There is no file', () => file(path)).message
  assert.match(message('/dev/uio9999'), /driver loaded\?$/)
  assert.match(message('/sys/bus/pci/devices/none/resource0'), /driver loaded\?$/)
  for (const path of [`${folder.path}/none`, '/dev/shm/io-mapping-none'])
    assert.match(message(path), /truncate/)
})
