import { HostError } from '../host/errors.js'

/** A kernel of Debian's for a guest. */
export interface KernelPackage {
  suite: string
  /** The package that stands for the newest of its kind. */
  name: string
}

/** A kind of machine that a guest can be. */
export interface Architecture {
  /** Node's name of the processor. */
  name: 'x64' | 'arm64'
  /** Debian's name, and GNU's. */
  debian: string
  gnu: string
  /**
   * QEMU's program, Debian's package that has it, and what tells the machine. `suite`: the Debian whose QEMU it must be, if this
   * machine's may be too old.
   */
  qemu: { program: string; package: string; suite?: string; machine: string[] }
  /** QEMU's arguments for the three serial lines, whose chardevs are console, terminal and control; and Linux's names of them. */
  serial: { devices: string[]; names: [console: string, terminal: string, control: string] }
  /** By the size of a page. */
  kernels: Record<string, KernelPackage>
}

/** The first is what a guest is if nobody says. */
export const architectures: readonly Architecture[] = [
  {
    name: 'x64',
    debian: 'amd64',
    gnu: 'x86_64-linux-gnu',
    qemu: {
      program: 'qemu-system-x86_64',
      package: 'qemu-system-x86',
      machine: ['-cpu', 'max'],
    },
    serial: {
      devices: ['console', 'terminal', 'control'].flatMap(name => ['-serial', `chardev:${name}`]),
      names: ['ttyS0', 'ttyS1', 'ttyS2'],
    },
    kernels: { '4k': { suite: 'bookworm', name: 'linux-image-amd64' } },
  },
  {
    name: 'arm64',
    debian: 'arm64',
    gnu: 'aarch64-linux-gnu',
    qemu: {
      program: 'qemu-system-aarch64',
      package: 'qemu-system-arm',
      suite: 'trixie', // from 9 on, device memory takes no unaligned access, as on real processors
      machine: ['-machine', 'virt,gic-version=3', '-cpu', 'cortex-a76'],
    },
    // its own serial port, and two on a card
    serial: {
      devices: ['-serial', 'chardev:console', '-device', 'pci-serial-2x,chardev1=terminal,chardev2=control'],
      names: ['ttyAMA0', 'ttyS0', 'ttyS1'],
    },
    kernels: {
      '4k': { suite: 'bookworm', name: 'linux-image-arm64' },
      '16k': { suite: 'trixie', name: 'linux-image-arm64-16k' },
    },
  },
]

export type ArchitectureName = Architecture['name']

export const defaultArchitecture = architectures[0] as Architecture

export function findArchitecture(name: string): Architecture {
  const found = architectures.find(each => each.name === name)
  if (found) return found
  throw new HostError(
    `no guest of architecture ${name}: choose one of ${architectures.map(each => each.name).join(', ')}`,
  )
}

/** The kernel with pages of that size. */
export function kernelPackage({ name, kernels }: Architecture, pages: string): KernelPackage {
  const found = kernels[pages]
  if (found) return found
  throw new HostError(
    `no kernel for ${name} with pages of ${pages}: choose one of ${Object.keys(kernels).join(', ')}`,
  )
}
