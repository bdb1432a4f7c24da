// Why the system refuses a UIO device.
import type { Reason } from '../../system/refusal.js'

const REMOVED = 'the device was removed, or its driver unbound'

/** Of what it shows in sysfs. */
export const ATTRIBUTE_REASONS: readonly Reason[] = ['ENOENT', 'ENODEV', 'EINVAL'].map(errno => ({
  errno,
  why: `${REMOVED}; look for it anew`,
  code: 'ERR_IO_NO_APERTURE',
}))

/** Of its node in /dev: opened, mapped, waited for. */
export const NODE_REASONS: readonly Reason[] = [
  {
    errno: 'ENOENT',
    why: `${REMOVED}, or /dev has no node for it (udev makes it)`,
    code: 'ERR_IO_NO_APERTURE',
  },
  {
    errno: 'EACCES',
    call: 'open',
    when: ({ isRoot }) => !isRoot,
    why: 'no permission; run as root, or let your group at it (udev: SUBSYSTEM=="uio", GROUP=…, MODE="0660")',
  },
  { errno: 'ENODEV', call: 'open', why: REMOVED, code: 'ERR_IO_NO_APERTURE' },
  { errno: 'EINVAL', call: 'mmap', why: 'its driver tells of this map, and does not let it be mapped' },
  {
    errno: 'ENODEV',
    call: 'mmap',
    why: 'it does not start at a page, and its driver has not rounded it: such a map can not be mapped by UIO',
  },
  { errno: 'EIO', why: REMOVED, code: 'ERR_IO_INTERRUPT' },
]
