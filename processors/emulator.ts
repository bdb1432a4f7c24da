import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { cached } from '../host/cache.js'
import { unpackPackages } from '../host/packages.js'
import type { Processor } from './processors.js'

/** 32-bit processors whose programs a 64-bit one runs itself, if its kernel is made for that. */
const alsoRuns: Readonly<Record<string, string>> = { x64: 'ia32', arm64: 'arm' }

/**
 * Whether this machine's kernel runs the processor's programs itself: of one that it knows, it misses the loader at most. (An
 * emulator that is registered with it would start them, too; hence the names.)
 */
export const runsHere = ({ name }: Processor, root: string): boolean => {
  if (name === process.arch) return true
  if (name !== alsoRuns[process.arch]) return false
  const { status, error } = spawnSync(join(root, 'bin/dash'), ['-c', ':'])
  return status === 0 || (error as NodeJS.ErrnoException | undefined)?.code === 'ENOENT'
}

/**
 * Debian's newest QEMU, on any Linux: its programs are linked statically. One before 8 remembers each page that a program
 * has ever had, of which a WebAssembly.Memory has two millions: the tests take 20 GB and ten times as long with it.
 */
const suite = 'trixie'

/** The path of QEMU's emulator of a processor for single programs, from the cache or fetched. */
export async function findEmulator({ qemu }: Processor, progress: (text: string) => void): Promise<string> {
  const folder = await cached(`.processors/qemu`, async draft => {
    progress(`downloading and unpacking QEMU's emulators of Debian ${suite}…`)
    await unpackPackages({ suite }, draft, async () => ['qemu-user'])
  })
  return join(folder, 'usr/bin', `qemu-${qemu}`)
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
