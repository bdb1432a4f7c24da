// A PCI device's configuration space, and the registers of it that the library itself uses.
import { constants } from 'node:fs'
import { FileAccess } from '../../access/file-access.js'
import type { IoAccess } from '../../access/io-access.js'
import { Descriptor } from '../../system/descriptor.js'
import { factsOf } from '../../system/file-facts.js'
import { telling } from '../../system/refusal.js'
import { isSystemError } from '../../system/system-error.js'
import { CONFIG_REASONS } from './reasons.js'

/** Which is all ones if nobody answers. */
const VENDOR = 0
const NOBODY = 0xffff

const COMMAND = 4
/** The bits of the command register, include/uapi/linux/pci_regs.h. */
export const COMMAND_BITS = { ports: 0x1, memory: 0x2, busMaster: 0x4, interruptOff: 0x400 } as const
type CommandBit = keyof typeof COMMAND_BITS

/** What the system shows to others than root, in bytes. */
const SHOWN_TO_ALL = 64

/** Of `device`, as messages call it, by its `config` in sysfs. Throws an IoMappingError. */
export const openConfig = (device: string, path: string, toLook: boolean): FileAccess => {
  const name = `config space of ${device}`
  return telling(name, { to: 'opened', reasons: CONFIG_REASONS }, () => {
    const { descriptor, readOnly } = toLook ? openToLook(path, 'it was opened to look') : openFile(path)
    return new FileAccess(name, {
      ...{ descriptor, readOnly, reasons: CONFIG_REASONS, whyNothing },
      length: factsOf(descriptor.fd).size,
    })
  })
}

interface OpenFile {
  readonly descriptor: Descriptor
  readonly readOnly?: string
}

const openToLook = (path: string, readOnly: string): OpenFile => ({
  descriptor: Descriptor.open(path, constants.O_RDONLY),
  readOnly,
})

/** To be written to, if that may be. */
const openFile = (path: string): OpenFile => {
  try {
    return { descriptor: Descriptor.open(path, constants.O_RDWR) }
  } catch (error) {
    if (!isSystemError(error) || (error.code !== 'EACCES' && error.code !== 'EROFS')) throw error
    const readOnly =
      error.code === 'EACCES' ? 'only root may' : '/sys is mounted read-only, as in a container'
    return openToLook(path, readOnly)
  }
}

const whyNothing = (offset: number): string =>
  offset >= SHOWN_TO_ALL
    ? `the system shows all but the first ${SHOWN_TO_ALL} bytes to root alone (CAP_SYS_ADMIN)`
    : 'was the device removed?'

/** Whether somebody answers for it. */
export const isThere = (config: IoAccess): boolean => config.read16(VENDOR) !== NOBODY

export const hasBit = (config: IoAccess, bit: CommandBit): boolean =>
  (config.read16(COMMAND) & COMMAND_BITS[bit]) !== 0

/** Changes nothing else. */
export const setBit = (config: IoAccess, bit: CommandBit, on: boolean): void => {
  const before = config.read16(COMMAND)
  const after = on ? before | COMMAND_BITS[bit] : before & ~COMMAND_BITS[bit]
  if (after !== before) config.write16(COMMAND, after)
}
