import { readFileSync } from 'node:fs'
import { getSystemErrorMap } from 'node:util'
import { errorForPrograms, type IoMappingError, type IoMappingErrorCode } from './errors.js'
import { isSystemError, type SystemError } from './system-error.js'

/** What is known when the system refuses, and tells its reasons apart. */
export interface Circumstances {
  /** Whether it was to be written to, too. */
  readonly writable: boolean
  /** Whether this process is root's. */
  readonly isRoot: boolean
  /** Whether the kernel is locked down, as with Secure Boot. */
  readonly isLockedDown: boolean
}

/** Why the system refuses, and what to do. */
export interface Explanation {
  readonly why: string
  /** What a program can do besides, put behind `why`. */
  readonly forPrograms?: string
  /** The error's. Default: what the errno has in general. */
  readonly code?: IoMappingErrorCode
}

/** One for an errno, of a certain call if one is named, under certain circumstances. */
export interface Reason extends Explanation {
  readonly errno: string
  readonly call?: string
  readonly when?: (known: Circumstances) => boolean
}

const LOCKDOWN = '/sys/kernel/security/lockdown'

/** For what the kernel denies even root in lockdown. */
export const LOCKED_DOWN: Reason = {
  errno: 'EPERM',
  when: ({ isLockedDown }) => isLockedDown,
  why: `the kernel is locked down (${LOCKDOWN}), and lets nobody at device memory; switch Secure Boot off, or start it without lockdown=`,
}

const READ_ONLY = '; map it with { writable: false }'

/** The first that fits is the reason; an aperture's kind knows others before these. */
export const GENERAL: readonly Reason[] = [
  {
    ...{ errno: 'EACCES', call: 'mmap' },
    why: 'it was not opened for writing, or may only be appended to (lsattr shows an a)',
    forPrograms: READ_ONLY,
  },
  {
    ...{ errno: 'EACCES', when: ({ isRoot }) => isRoot },
    why: 'denied even to root: by a security module (SELinux, AppArmor), or by the server of a network file system',
  },
  {
    ...{ errno: 'EACCES', when: ({ writable }) => writable },
    why: 'no permission to write to it; run as root',
    forPrograms: ', or map it with { writable: false } if it may only be read',
  },
  { errno: 'EACCES', why: 'no permission to read it; run as root' },
  {
    ...{ errno: 'EPERM', call: 'mmap', when: ({ writable }) => writable },
    why: 'it is sealed against writing (F_SEAL_WRITE), or its driver allows no such mapping',
    forPrograms: READ_ONLY,
  },
  { errno: 'EPERM', call: 'mmap', why: 'its driver allows no such mapping' },
  {
    ...{ errno: 'EPERM', when: ({ isRoot, writable }) => isRoot && writable },
    why:
      'it is immutable, or may only be appended to (lsattr shows an i or a; chattr takes it off), or this root is one of ' +
      'a container, without the capability for it',
    forPrograms: `${READ_ONLY} to read it`,
  },
  {
    errno: 'EPERM',
    when: ({ isRoot }) => isRoot,
    why: 'this root lacks the capability for it, as a container’s does',
  },
  { errno: 'EPERM', why: 'not permitted; run as root' },
  { errno: 'ENOENT', why: 'it does not exist', code: 'ERR_IO_NO_APERTURE' },
  { errno: 'ELOOP', why: 'its links lead in a circle', code: 'ERR_IO_NO_APERTURE' },
  { errno: 'ENAMETOOLONG', why: 'its path is too long', code: 'ERR_IO_ARGUMENT' },
  { errno: 'ENOTDIR', why: 'a part of its path is no folder', code: 'ERR_IO_NO_APERTURE' },
  { errno: 'ENXIO', why: 'no device is behind it; is its driver loaded?', code: 'ERR_IO_NO_APERTURE' },
  {
    errno: 'ENODEV',
    call: 'open',
    why: 'no device is behind it; is its driver loaded?',
    code: 'ERR_IO_NO_APERTURE',
  },
  { errno: 'ENODEV', why: 'it was removed, or what lies there does not support mmap' },
  {
    ...{ errno: 'EBADF', call: 'fcntl', code: 'ERR_IO_ARGUMENT' },
    why: 'the file descriptor that was given is not open; open it, and close it only when the mapping is made',
  },
  { errno: 'EBUSY', why: 'another program or a driver has it, and it can be had only once' },
  { errno: 'EINVAL', call: 'mmap', why: 'its driver refuses this offset, length or kind of mapping' },
  { errno: 'ETXTBSY', why: 'it is a program that runs', forPrograms: READ_ONLY },
  {
    ...{ errno: 'ENOMEM', code: 'ERR_IO_ADDRESS_SPACE' },
    why: 'address space, mappings (sysctl vm.max_map_count) or memory are used up; free what is not needed',
  },
  {
    ...{ errno: 'EAGAIN', call: 'mmap', code: 'ERR_IO_ADDRESS_SPACE' },
    why: 'more memory would be locked than may be; raise the limit (ulimit -l)',
  },
  {
    errno: 'EMFILE',
    why: 'this process has too many open files; free mappings, or raise the limit (ulimit -n)',
  },
  { errno: 'ENFILE', why: 'the system has too many open files' },
  { errno: 'EROFS', why: 'the file system is read-only', forPrograms: READ_ONLY },
  {
    ...{ errno: 'EEXIST', code: 'ERR_IO_ADDRESS_SPACE' },
    why: 'its pages were to lie where a window of mapInto is guarded still, whose memory has moved as it grew; unmap that, and try again',
  },
  { errno: 'EFBIG', why: 'that is larger than the system allows', code: 'ERR_IO_RANGE' },
  { errno: 'EOVERFLOW', why: 'it lies beyond what this process can address', code: 'ERR_IO_RANGE' },
]

const isLockedDown = (): boolean => {
  try {
    return !readFileSync(LOCKDOWN, 'latin1').includes('[none]')
  } catch {
    return false // a kernel without it
  }
}

const known = (writable: boolean): Circumstances => ({
  writable,
  isRoot: process.geteuid?.() === 0,
  isLockedDown: isLockedDown(),
})

/** The first of `reasons` that fits; undefined if none does. */
export const reasonFor = (
  { code, syscall }: SystemError,
  reasons: readonly Reason[],
  circumstances: Circumstances,
): Reason | undefined =>
  reasons.find(
    ({ errno, call, when }) =>
      errno === code && (call === undefined || call === syscall) && (when?.(circumstances) ?? true),
  )

/** The system's own words, for what no reason is known of. */
const systemsWords = ({ errno = 0 }: SystemError): string =>
  getSystemErrorMap().get(errno)?.[1] ?? 'the system gives no reason'

/** What was asked for. */
interface Asked {
  /** What can't be, for the message. Default: `mapped`. */
  readonly to?: string
  /** Whether it was to be written to. Default false. */
  readonly writable?: boolean
  /** What is known better than in general. */
  readonly reasons?: readonly Reason[] | undefined
  /** The same where a table does not do; it comes first. */
  readonly explain?: (error: SystemError, circumstances: Circumstances) => Explanation | undefined
}

/** What the system refused about an aperture, in the user's terms. */
export const refusal = (
  name: string,
  error: SystemError,
  { to = 'mapped', writable = false, reasons = [], explain }: Asked = {},
): IoMappingError => {
  const circumstances = known(writable)
  const general = reasonFor(error, GENERAL, circumstances)
  const own = explain?.(error, circumstances) ?? reasonFor(error, reasons, circumstances)
  const { why, forPrograms } = own ?? general ?? { why: systemsWords(error) }
  return errorForPrograms(
    own?.code ?? general?.code ?? 'ERR_IO_ACCESS',
    `${name} can't be ${to} (${error.code} from ${error.syscall}): ${why}`,
    forPrograms,
    { cause: error },
  )
}

/** As `refusal`, if it was the system that refused; any other error is itself. */
export const told = (name: string, error: unknown, asked?: Asked): unknown =>
  isSystemError(error) ? refusal(name, error, asked) : error

/** What `act` returns. Throws what it throws, as `told` tells it. */
export const telling = <T>(name: string, asked: Asked, act: () => T): T => {
  try {
    return act()
  } catch (error) {
    throw told(name, error, asked)
  }
}
