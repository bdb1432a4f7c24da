import { HostError } from '../host/errors.js'
import { ownDevices } from './slots.js'

/** A kernel of Debian's for a guest. */
export interface KernelPackage {
  suite: string
  /** The package that stands for the newest of its kind. */
  name: string
}

/** A kind of machine that QEMU makes of a processor. */
export interface MachineKind {
  /** What QEMU is told beside its name. */
  options?: string
  /** How it gets an IOMMU, if it can: more options, devices that come before all others, words for the kernel. */
  iommu?: { options?: string; devices?: string[]; append?: string }
}

/** What QEMU and the kernel are told of a machine. */
export interface MachineWords {
  machine: string
  devices: string[]
  append: string
}

/** What a guest's processor can be, and what goes with it. */
export interface Architecture {
  /** Node's name of the processor. */
  name: 'x64' | 'arm64'
  /** Debian's name, and GNU's. */
  debian: string
  gnu: string
  /**
   * QEMU's program, Debian's package that has it, and its model of the processor. `suite`: the Debian whose QEMU it must be, if
   * this machine's may be too old.
   */
  qemu: { program: string; package: string; suite?: string; cpu: string }
  /** By QEMU's name; the first is what a guest is if nobody says. */
  machines: Record<string, MachineKind>
  /** QEMU's arguments for the three serial lines, whose chardevs are console, terminal and control; and Linux's names of them. */
  serial: { devices: string[]; names: [console: string, terminal: string, control: string] }
  /** Where QEMU's trace has the ports: a BAR can be of them. */
  portsAt: number
  /** By the Debian that they are of, and what else tells them apart; the first is what a guest has if nobody says. */
  kernels: Record<string, KernelPackage>
}

const { terminal } = ownDevices

/** The first is what a guest is if nobody says. */
export const architectures: readonly Architecture[] = [
  {
    name: 'x64',
    debian: 'amd64',
    gnu: 'x86_64-linux-gnu',
    qemu: {
      program: 'qemu-system-x86_64',
      package: 'qemu-system-x86',
      cpu: 'max',
    },
    machines: {
      pc: {},
      // of PCI Express
      q35: {
        iommu: {
          devices: ['-device', 'intel-iommu,intremap=on,caching-mode=on'],
          // on a busy host, Linux takes the timer for dead now and then, and panics
          append: 'intel_iommu=on no_timer_check',
        },
      },
    },
    serial: {
      devices: ['console', 'terminal', 'control'].flatMap(name => ['-serial', `chardev:${name}`]),
      names: ['ttyS0', 'ttyS1', 'ttyS2'],
    },
    portsAt: 0,
    kernels: {
      bookworm: { suite: 'bookworm', name: 'linux-image-amd64' },
      trixie: { suite: 'trixie', name: 'linux-image-amd64' },
    },
  },
  {
    name: 'arm64',
    debian: 'arm64',
    gnu: 'aarch64-linux-gnu',
    qemu: {
      program: 'qemu-system-aarch64',
      package: 'qemu-system-arm',
      suite: 'trixie', // from 9 on, device memory takes no unaligned access, as on real processors
      cpu: 'cortex-a76',
    },
    machines: { virt: { options: 'gic-version=3', iommu: { options: 'iommu=smmuv3' } } },
    // its own serial port, and two on a card
    serial: {
      devices: [
        ...['-serial', 'chardev:console'],
        ...['-device', `${terminal.driver},chardev1=terminal,chardev2=control,addr=${terminal.slot}`],
      ],
      names: ['ttyAMA0', 'ttyS0', 'ttyS1'],
    },
    portsAt: 0x3eff0000,
    kernels: {
      bookworm: { suite: 'bookworm', name: 'linux-image-arm64' },
      trixie: { suite: 'trixie', name: 'linux-image-arm64' },
      'trixie-16k': { suite: 'trixie', name: 'linux-image-arm64-16k' }, // the size of its pages
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

/** A kernel for guests of an architecture, by its name. */
export function findKernelPackage(
  architecture: Architecture,
  name = firstOf(architecture.kernels),
): { name: string; origin: KernelPackage } {
  return { name, origin: find('kernel', architecture, architecture.kernels, name) }
}

/** A machine of an architecture, by its name; with an IOMMU, the first that can have one. */
export function findMachine(architecture: Architecture, named?: string, iommu = false): MachineWords {
  const { name: arch, machines } = architecture
  const able = Object.keys(machines).filter(each => machines[each]?.iommu)
  const name = named ?? (iommu ? able[0] : undefined) ?? firstOf(machines)
  const kind = find('machine', architecture, machines, name)
  if (iommu && !kind.iommu) {
    throw new HostError(
      `a machine '${name}' has no IOMMU: for ${arch} choose ${able.join(' or ')}, or name none`,
    )
  }
  const more = iommu ? kind.iommu : undefined
  return {
    machine: [name, kind.options, more?.options].filter(Boolean).join(','),
    devices: more?.devices ?? [],
    append: more?.append ?? '',
  }
}

const firstOf = (all: object): string => Object.keys(all)[0] ?? ''

function find<T>(what: string, { name: arch }: Architecture, all: Record<string, T>, name: string): T {
  const found = Object.hasOwn(all, name) ? all[name] : undefined
  if (found) return found
  throw new HostError(`no ${what} '${name}' for ${arch}: choose one of ${Object.keys(all).join(', ')}`)
}
