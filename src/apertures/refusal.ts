import { IoMappingError, type IoMappingErrorCode } from '../system/errors.js'
import { isSystemError, type SystemError } from '../system/system-error.js'

const GENERAL: Record<string, { why: string; code?: IoMappingErrorCode }> = {
  EACCES: { why: 'no permission; run as root, or map it with { writable: false } if it may only be read' },
  EPERM: {
    why: 'not permitted; run as root, and see whether the kernel is locked down (/sys/kernel/security/lockdown)',
  },
  ENOENT: { why: 'it does not exist', code: 'ERR_IO_NO_APERTURE' },
  ELOOP: { why: 'its links lead in a circle', code: 'ERR_IO_NO_APERTURE' },
  ENAMETOOLONG: { why: 'its path is too long', code: 'ERR_IO_ARGUMENT' },
  ENOTDIR: { why: 'a part of its path is no folder', code: 'ERR_IO_NO_APERTURE' },
  ENODEV: { why: 'it was removed, or what lies there does not support mmap' },
  ENOMEM: {
    why: 'address space, mappings (sysctl vm.max_map_count) or memory are used up; free what is not needed',
    code: 'ERR_IO_ADDRESS_SPACE',
  },
  EMFILE: { why: 'this process has too many open files; free mappings, or raise the limit (ulimit -n)' },
  ENFILE: { why: 'the system has too many open files' },
  EROFS: { why: 'the file system is read-only; map it with { writable: false }' },
  EEXIST: {
    why: 'its pages were to lie where a window of mapInto is guarded still, whose memory has moved as it grew; unmap that, and try again',
    code: 'ERR_IO_ADDRESS_SPACE',
  },
  EFBIG: { why: 'that is larger than the system allows', code: 'ERR_IO_RANGE' },
}

/** What the system refused about an aperture, in the user's terms; `why` where the aperture's kind knows better. */
export const refusal = (name: string, error: SystemError, why?: string): IoMappingError => {
  const general = GENERAL[error.code ?? '']
  const reason = why ?? general?.why ?? 'see the cause'
  return new IoMappingError(
    general?.code ?? 'ERR_IO_ACCESS',
    `${name} can't be mapped (${error.code} from ${error.syscall}): ${reason}`,
    { cause: error },
  )
}

/** As `refusal`, if it was the system that refused; any other error is itself. */
export const told = (
  name: string,
  error: unknown,
  explain?: (error: SystemError) => string | undefined,
): unknown => (isSystemError(error) ? refusal(name, error, explain?.(error)) : error)
