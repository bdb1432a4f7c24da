// The one door to native/. Everything else asks here, and gets IoMappingErrors and Node's names for errno.
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { IoMappingError } from './errors.js'

/** How laid pages may be touched; the numbers are `enum pages_access` in native/pages.h. */
export const ACCESS = { read: 0, readWrite: 1, copyOnWrite: 2 } as const
export type Access = (typeof ACCESS)[keyof typeof ACCESS]

/** How a copy without a width goes; with one, `how` is the width. The numbers are `enum copy_how` in native/copy.h. */
export const COPY = { memory: 0, stream: 16, uncached: 32 } as const

/** Why memory was lost; the numbers are `enum domain_cause` in native/domain.h. */
export const CAUSE = { whole: 0, gone: 1, readOnly: 2, misaligned: 3 } as const

/** What lies where zeros were to be laid; the numbers are `enum pages_left` in native/pages.h. */
export const LEFT = { zero: 0, none: 1, stay: 2 } as const
export type Left = (typeof LEFT)[keyof typeof LEFT]

/** Whose memory pages are laid into; the numbers are `enum owner` in native/leases.c. */
export const OWNER = { container: 0, program: 1, threads: 2 } as const
export type Owner = (typeof OWNER)[keyof typeof OWNER]

/** What the addon knows a mapping by: native/leases.c. */
declare const LEASE: unique symbol
export type Lease = { readonly [LEASE]: true }

/** A descriptor that the event loop watches: native/polls.c. */
declare const POLL: unique symbol
export type Poll = { readonly [POLL]: true }

/** The addon's functions; addon.c, copies.c, leases.c, faults.c, ioctls.c, listeners.c, polls.c and transfers.c in native/ say what each does. */
export interface Native {
  addressOf(bytes: Uint8Array): number
  lay(address: number, length: number, fd: number, offset: number, access: Access): number
  clear(address: number, length: number): Left
  prefault(address: number, length: number, stride: number): void
  createMemory(owner: object, size: number): number
  open(owner: object, path: string, flags: number): number
  duplicate(owner: object, fd: number): number
  fileFacts(fd: number): [mode: number, size: number, fileSystem: number, unit: number] | number
  pageSize(): number
  closeDescriptor(owner: object, fd: number): void
  sweepDescriptors(): number
  pressDescriptors(): void
  copyFromDevice(address: number, target: Uint8Array, length: number, how: number): void
  copyToDevice(address: number, source: Uint8Array, length: number, how: number): void
  fillDevice(address: number, byte: number, length: number, how: number): void
  readFifo(address: number, target: Uint8Array, length: number, width: number): void
  writeFifo(address: number, source: Uint8Array, length: number, width: number): void
  startTransfer(
    address: number,
    bytes: Uint8Array,
    length: number,
    how: number,
    toDevice: 0 | 1,
    memory: object,
    done: (copied: number) => void,
  ): number
  stopTransfer(slice: number): void
  awaitTransfer(slice: number, milliseconds: number): 0 | 1
  watchFaults(words: Uint32Array): Uint32Array
  listen(callback: () => void): number
  stopListening(callback: () => void): void
  keepHandler(): number
  watchHandler(): number
  createLease(): Lease
  endLease(lease: Lease): void
  faults(lease: Lease): number
  cause(lease: Lease): number
  misaligned(lease: Lease): number
  share(lease: Lease, fd: number, text: string): number
  attach(id: number): Lease | undefined
  sharedText(lease: Lease): string
  sharedDescriptor(owner: object, lease: Lease): number
  holdPages(lease: Lease, buffer: object, address: number, length: number, readOnly: 0 | 1): number
  guard(lease: Lease, memory: object, address: number, length: number, readOnly: 0 | 1, owner: Owner): number
  unguard(lease: Lease, address: number, clear: 0 | 1): Left
  isGuarded(bytes: Uint8Array): boolean
  createCount(owner: object): number
  takeCount(fd: number, width: 4 | 8, tally: Float64Array): number
  createPoll(
    fd: number,
    width: 4 | 8,
    tally: Float64Array,
    owner: object,
    callback: (errno?: number) => void,
  ): Poll | number
  waitPoll(poll: Poll, keeps: 0 | 1): number
  stopPoll(poll: Poll): void
  closePoll(poll: Poll): void
  ioctlWord(fd: number, request: number, word: number): number
  ioctl(fd: number, request: number, record: Uint8Array): number
  ioctlOpen(owner: object, fd: number, request: number, record: Uint8Array): number
  ioctlPointing(fd: number, request: number, record: Uint8Array, field: number, target: Uint8Array): number
  ioctlPages(
    fd: number,
    request: number,
    record: Uint8Array,
    field: number,
    source: number,
    offset: number,
    length: number,
    writable: 0 | 1,
  ): number
  mb(): void
  rmb(): void
  wmb(): void
}

const target = `${process.platform}-${process.arch}`
const BUILDER = join('scripts', 'build-addon.js')
const ADDON = join('prebuilds', target, 'io-mapping.node')
const PROCESSORS = join('scripts', 'processors.json')

/** This file's name; undefined if a bundler has put it into a CommonJS module. */
const own: string | undefined = import.meta.url

/** The package's folder: above this file in dist/, or, as a module of its own for the tests, in build/src/system/. */
const findRoot = (): string | undefined =>
  ['../', '../../../']
    .flatMap(up => (own === undefined ? [] : [fileURLToPath(new URL(up, own))]))
    .find(folder => [BUILDER, PROCESSORS].every(each => existsSync(join(folder, each))))

/** The command for it, for a shell. */
const toMake = (root: string): string => `node '${join(root, BUILDER).replaceAll("'", "'\\''")}'`

const whyMissing = (root: string | undefined): string => {
  if (process.platform !== 'linux')
    return 'It maps device memory through the Linux kernel, and runs on Linux only (on Windows, in WSL)'
  if (root === undefined)
    return `A bundler has moved ${own === undefined ? 'the library' : fileURLToPath(own)} away from it: leave io-mapping out of the bundle, as "external"`
  const served = Object.keys(JSON.parse(readFileSync(join(root, PROCESSORS), 'utf8')))
  return served.includes(process.arch)
    ? `There should be ${join(root, ADDON)}. With a C compiler, make it of the sources that the package brings: ${toMake(root)}`
    : `Its processors are ${served.join(', ')}`
}

const load = (): Native => {
  const root = findRoot()
  const path = join(root ?? '', ADDON)
  if (root === undefined || !existsSync(path)) {
    throw new IoMappingError(
      'ERR_IO_UNSUPPORTED',
      `io-mapping has no addon for ${target}. ${whyMissing(root)}`,
    )
  }
  try {
    return createRequire(import.meta.url)(path)
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new IoMappingError(
      'ERR_IO_UNSUPPORTED',
      `io-mapping's addon can't be loaded: ${why}. If it is damaged, install io-mapping anew; or make it of the sources: ${toMake(root)}`,
      { cause },
    )
  }
}

export const native: Native = load()
