import { constants, realpathSync } from 'node:fs'
import { resolve } from 'node:path'
import { closingUnless } from '../system/closing-unless.js'
import { Descriptor } from '../system/descriptor.js'
import { badArgument, checkObject, errorForPrograms, IoMappingError } from '../system/errors.js'
import { type FileFacts, factsOf } from '../system/file-facts.js'
import { checkSize, hex, isByteCount, isRange } from '../system/numbers.js'
import { PAGE_SIZE } from '../system/page.js'
import { refusal } from '../system/refusal.js'
import { isSystemError } from '../system/system-error.js'
import { Aperture, type MemoryType } from './aperture.js'
import { fileText } from './file-text.js'
import { barOfFile } from './pci/pci.js'

export interface FileOptions {
  /** Where in the file the aperture starts, in bytes. Default 0. */
  offset?: number
  /** In bytes. Default: to the file's end. A device node has no end: there it must be given. */
  size?: number
}

/**
 * A file as an aperture: one in /dev/shm that a virtual machine shares, an image, a device node that can be mapped. One on
 * hugetlbfs is mapped in whole huge pages, of which every byte outside of a window stays as it is. A PCI device's resourceN in sysfs
 * is that BAR, resourceN_wc the same, write-combining.
 * @throws IoMappingError ERR_IO_NO_APERTURE (no such file), ERR_IO_RANGE (beyond its end)
 */
export const file = (path: string, options: FileOptions = {}): Aperture => {
  if (typeof path !== 'string' || path === '' || path.includes('\0')) {
    throw badArgument('file: path', path, 'the path of a file')
  }
  checkObject('file', options, ['offset', 'size'])
  const { offset = 0 } = options
  if (!isByteCount(offset)) throw outside(path, `offset ${hex(offset)}`, 'it must be a whole number of bytes')
  const absolute = resolve(path)
  const bar = barOfFile(behindLinks(absolute))
  if (bar) return partOf(bar, path, options)
  const facts = look(path)
  const available = facts.kind === 'file' ? facts.size - offset : Number.POSITIVE_INFINITY
  if (available <= 0) throw outside(path, `offset ${hex(offset)}`, `the file has ${hex(facts.size)} bytes`)
  if (available === Number.POSITIVE_INFINITY && options.size === undefined) {
    throw errorForPrograms(
      'ERR_IO_ARGUMENT',
      `file:${path} is a device node, which has no end; say how much of it is meant: ${fileText({ path, offset, size: PAGE_SIZE })}`,
      `, or file(path, { size: ${PAGE_SIZE} })`,
    )
  }
  const size = checkSize(options.size ?? available, 'file: size')
  if (size > available)
    throw outside(path, `${hex(size)} bytes at ${hex(offset)}`, `the file has ${hex(facts.size)}`)

  return new Aperture({
    name: fileText({ path, ...options }),
    size,
    offsetInPage: offset % PAGE_SIZE,
    memoryTypes: [memoryTypeOf(facts)],
    open: (type, writable) => ({ descriptor: open(absolute, writable, offset + size, type), offset }),
    explain: ({ code }) =>
      code === 'ENOMEM' && facts.unit > PAGE_SIZE ? { why: huge(facts.unit) } : undefined,
  })
}

/** By whatever link it is named: /sys/class/drm/card0/device/resource0. */
const behindLinks = (path: string): string => {
  try {
    return realpathSync.native(path)
  } catch {
    return path // what is wrong with it, who opens it is told
  }
}

/** A BAR is that of its device, whatever file it is named by. */
const partOf = (bar: Aperture, path: string, { offset = 0, size }: FileOptions): Aperture => {
  const why = `it is ${bar.name}, which has ${hex(bar.size)} bytes`
  if (offset >= bar.size) throw outside(path, `offset ${hex(offset)}`, why)
  const asked = checkSize(size ?? bar.size - offset, 'file: size')
  if (isRange(offset, asked, bar.size)) return bar.slice(offset, asked)
  throw outside(path, `${hex(asked)} bytes at ${hex(offset)}`, why)
}

/** Of a file on hugetlbfs, ENOMEM almost always means this. */
const huge = (unit: number): string =>
  `its huge pages of ${unit / 1024} KiB, or memory or address space, are used up; ` +
  'set more pages aside (sysctl vm.nr_hugepages), or free what is not needed'

/** As open(2) has it; Node doesn't. Opens nothing of a device, and needs no permission. */
const O_PATH = 0o10000000

const look = (path: string): FileFacts => {
  const facts = unlessRefused(path, () => {
    const descriptor = Descriptor.open(path, O_PATH)
    try {
      return factsOf(descriptor.fd)
    } finally {
      descriptor.close()
    }
  })
  if (facts.kind === 'file' || facts.kind === 'device') return facts
  throw badArgument('file: path', path, `a file or a device node, and this is a ${facts.kind}`)
}

const unlessRefused = (path: string, ask: () => FileFacts): FileFacts => {
  try {
    return ask()
  } catch (error) {
    if (!isSystemError(error)) throw error
    if (error.code !== 'ENOENT' && error.code !== 'ENOTDIR') throw refusal(`file:${path}`, error)
    throw new IoMappingError('ERR_IO_NO_APERTURE', `There is no file '${path}'; ${remedyFor(path)}`)
  }
}

/** Where a driver's nodes and attributes are, which can't be made by hand. */
const DRIVERS = ['/dev/', '/sys/', '/proc/']

const remedyFor = (path: string): string => {
  const absolute = resolve(path)
  const isDrivers = DRIVERS.some(each => absolute.startsWith(each)) && !absolute.startsWith('/dev/shm/')
  return isDrivers ? 'is the device there, and its driver loaded?' : `make it first (truncate -s 16M ${path})`
}

const memoryTypeOf = ({ isMemory }: FileFacts): MemoryType => (isMemory ? 'write-back' : 'unknown')

/** What is open counts, whatever lay there when the aperture was made. */
const open = (path: string, writable: boolean, end: number, type: MemoryType): Descriptor => {
  const descriptor = Descriptor.open(path, writable ? constants.O_RDWR : constants.O_RDONLY)
  return closingUnless(descriptor, () => {
    const facts = factsOf(descriptor.fd)
    const now = memoryTypeOf(facts)
    if (now !== type)
      throw outside(
        path,
        `what lies there now (memory type ${now})`,
        `it was ${type} when the aperture was made`,
      )
    if (facts.kind !== 'file' || facts.size >= end) return descriptor
    throw outside(
      path,
      `its first ${hex(end)} bytes`,
      `it has shrunk to ${hex(facts.size)} since the aperture was made`,
    )
  })
}

const outside = (path: string, asked: string, why: string): IoMappingError =>
  new IoMappingError('ERR_IO_RANGE', `file:${path}: ${asked} can't be mapped: ${why}`)
