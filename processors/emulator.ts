import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { HostError } from '../host/errors.js'
import type { Processor } from './processors.js'

/**
 * Whether this machine's kernel runs the processor's programs itself: of one that it knows, it misses the loader at most. One that it
 * doesn't is given to sh, which makes nothing of it.
 */
export const runsHere = (processor: Processor, root: string): boolean => {
  const { status, error } = spawnSync(join(root, 'bin/dash'), ['-c', ':'])
  const misses = (error as NodeJS.ErrnoException | undefined)?.code === 'ENOENT'
  return !isRegistered(processor) && (status === 0 || misses)
}

/** The path of QEMU's emulator of a processor for single programs. */
export function findEmulator({ name, qemu }: Processor): string {
  const folders = (process.env.PATH ?? '').split(delimiter)
  const path = folders.map(folder => join(folder, `qemu-${qemu}-static`)).find(existsSync)
  if (path === undefined) {
    throw new HostError(
      `this machine's kernel runs no programs for ${name}, and there is no qemu-${qemu}-static: apt-get install qemu-user-static`,
    )
  }
  return path
}

/** Whether this system starts programs of the processor by an emulator that it has opened already (Debian's package may see to that). */
export const isRegistered = ({ qemu }: Processor): boolean => {
  const entry = `/proc/sys/fs/binfmt_misc/qemu-${qemu}`
  return existsSync(entry) && /^enabled[\s\S]*^flags: \w*F/m.test(readFileSync(entry, 'utf8'))
}

const escaped = (bytes: number[]): string =>
  bytes.map(byte => `\\x${byte.toString(16).padStart(2, '0')}`).join('')

/**
 * The line for Linux's binfmt_misc by which it starts the processor's programs with `emulator`, children's too. Flag F: it is opened
 * now, since it isn't to be found within the system.
 */
export function registration({ name, elf }: Processor, emulator: string): string {
  const unread = Array(8).fill(0) // of its system's interface, and padding
  const magic = [0x7f, ...Buffer.from('ELF'), elf.class, 1, 1, 0, ...unread, 2, 0, elf.machine, 0]
  const mask = [...Array(7).fill(0xff), 0, ...unread, 0xfe, 0xff, 0xff, 0xff]
  return `:io-mapping-${name}:M::${escaped(magic)}:${escaped(mask)}:${emulator}:F`
}
