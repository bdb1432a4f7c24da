// Why the system refuses a PCI device: its BARs, its switching on, its attributes.
import { type Circumstances, LOCKED_DOWN, type Reason } from '../../system/refusal.js'
import type { Obstacle } from '../obstacle.js'

/** A device whose configuration is all ones. */
export const GONE_OBSTACLE: Obstacle = {
  why: 'the device does not answer, its configuration is all ones: it was removed, or has no power (D3cold)',
  remedy: 'echo 1 > /sys/bus/pci/rescan',
}

export const GONE = `${GONE_OBSTACLE.why}. Once it is back, look for it anew: ${GONE_OBSTACLE.remedy}`

export const BAR_REASONS: readonly Reason[] = [
  LOCKED_DOWN,
  { errno: 'EACCES', call: 'open', when: ({ isRoot }) => !isRoot, why: 'no permission; run as root' },
  // mmap, of a file that is open still
  { errno: 'ENODEV', why: 'the device was removed. Free the mapping, and create a new one once it is back' },
]

export const ENABLE_REASONS: readonly Reason[] = [
  LOCKED_DOWN,
  { errno: 'ENOENT', why: 'was it removed?' },
  ...['EACCES', 'EPERM'].map(errno => ({
    errno,
    when: ({ isRoot }: Circumstances) => !isRoot,
    why: 'only root may enable a device',
  })),
  { errno: 'EROFS', why: '/sys is mounted read-only, as in a container; mount it to be written' },
]

/** Of what it shows in sysfs. */
export const ATTRIBUTE_REASONS: readonly Reason[] = ['ENOENT', 'ENODEV'].map(errno => ({
  errno,
  why: 'was the device removed?',
  code: 'ERR_IO_NO_APERTURE',
}))

/** Of its configuration space. */
export const CONFIG_REASONS: readonly Reason[] = [
  { errno: 'ENOENT', why: 'was the device removed?', code: 'ERR_IO_NO_APERTURE' },
  ...['ENODEV', 'EIO'].map(errno => ({ errno, why: GONE })),
  LOCKED_DOWN,
]

/** Of its ports. */
export const PORT_REASONS: readonly Reason[] = [
  {
    errno: 'ENOENT',
    why: 'this kernel has no files for I/O ports, or the device was removed',
    code: 'ERR_IO_NO_APERTURE',
  },
  { errno: 'ENODEV', why: GONE },
  LOCKED_DOWN,
  { errno: 'EACCES', when: ({ isRoot }) => !isRoot, why: 'I/O ports are for root' },
]
