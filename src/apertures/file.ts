import { constants, fstatSync, type Stats, statfsSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { Descriptor } from '../system/descriptor.js'
import { badArgument, checkObject, IoMappingError } from '../system/errors.js'
import { hex, isByteCount } from '../system/numbers.js'
import { PAGE_SIZE } from '../system/page.js'
import { Aperture, checkSize, type MemoryType } from './aperture.js'
import { isSystemError, refusal } from './refusal.js'

export interface FileOptions {
  /** Where in the file the aperture starts, in bytes. Default 0. */
  offset?: number
  /** In bytes. Default: to the file's end. A device node has no end: there it must be given. */
  size?: number
}

/**
 * A file as an aperture: one in /dev/shm that a virtual machine shares, an image, a device node that can be mapped.
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
  const status = statusOf(path)
  if (!status) {
    throw new IoMappingError(
      'ERR_IO_NO_APERTURE',
      `There is no file '${path}'; make it first (truncate -s 16M ${path})`,
    )
  }
  if (status.isDirectory()) throw badArgument('file: path', path, 'a file, and this is a directory')
  const available = status.isFile() ? status.size - offset : Number.POSITIVE_INFINITY
  if (available <= 0) throw outside(path, `offset ${hex(offset)}`, `the file has ${hex(status.size)} bytes`)
  if (available === Number.POSITIVE_INFINITY && options.size === undefined) {
    throw badArgument(
      `file: options.size for the device '${path}'`,
      undefined,
      'given: a device node has no end',
    )
  }
  const size = checkSize(options.size ?? available, 'file: options.size')
  if (size > available)
    throw outside(path, `${hex(size)} bytes at ${hex(offset)}`, `the file has ${hex(status.size)}`)

  return new Aperture({
    name: `file:${path}`,
    size,
    offsetInPage: offset % PAGE_SIZE,
    memoryTypes: [memoryTypeOf(absolute, status.isFile())],
    open: (_type, writable) => ({ descriptor: open(absolute, writable, offset + size), offset }),
  })
}

const statusOf = (path: string): Stats | undefined => {
  try {
    return statSync(path, { throwIfNoEntry: false })
  } catch (error) {
    if (!isSystemError(error)) throw error
    if (error.code === 'ENOTDIR') return undefined
    throw refusal(`file:${path}`, error)
  }
}

// A regular file is page cache, ordinary memory; unless the file system is sysfs or the like, where a file is a device.
const PSEUDO_FILE_SYSTEMS = [0x62656572 /* sysfs */, 0x9fa0 /* proc */, 0x64626720 /* debugfs */]

const memoryTypeOf = (path: string, regular: boolean): MemoryType =>
  regular && !PSEUDO_FILE_SYSTEMS.includes(statfsSync(path).type) ? 'write-back' : 'unknown'

const open = (path: string, writable: boolean, end: number): Descriptor => {
  const descriptor = Descriptor.open(path, writable ? constants.O_RDWR : constants.O_RDONLY)
  const status = fstatSync(descriptor.fd)
  if (!status.isFile() || status.size >= end) return descriptor
  descriptor.close()
  throw outside(
    path,
    `its first ${hex(end)} bytes`,
    `it has shrunk to ${hex(status.size)} since the aperture was made`,
  )
}

const outside = (path: string, asked: string, why: string): IoMappingError =>
  new IoMappingError('ERR_IO_RANGE', `file:${path}: ${asked} can't be mapped: ${why}`)
