// A PCI device's configuration space, as much of it as a mapping has to know.
import { closeSync, constants, openSync, readFileSync, readSync, writeSync } from 'node:fs'

/** Where the vendor lies, which is all ones if nobody answers. */
const VENDOR = 0
const NOBODY = 0xffff

/** Where the command register lies, and the bit of it by which the device answers accesses to its memory. */
const COMMAND = 4
const MEMORY = 2

/** Whether a device answers accesses to its memory; `gone` if it does not even answer for its configuration. */
export type Answers = 'memory' | 'disabled' | 'gone'

/** By the file `path`, a device's `config` in sysfs; undefined if the system won't tell. */
export const answers = (path: string): Answers | undefined => {
  try {
    const config = readFileSync(path)
    if (config.length <= COMMAND) return undefined
    if (config.readUInt16LE(VENDOR) === NOBODY) return 'gone'
    return ((config[COMMAND] ?? 0) & MEMORY) === 0 ? 'disabled' : 'memory'
  } catch {
    return undefined
  }
}

/** Has the device answer, for root. Changes nothing else. */
export const setMemoryBit = (path: string): void => {
  const descriptor = openSync(path, constants.O_RDWR)
  try {
    const command = new Uint8Array(1)
    readSync(descriptor, command, 0, 1, COMMAND)
    command[0] = (command[0] ?? 0) | MEMORY
    writeSync(descriptor, command, 0, 1, COMMAND)
  } finally {
    closeSync(descriptor)
  }
}
