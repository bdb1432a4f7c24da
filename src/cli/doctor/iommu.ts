// The IOMMU, and whether it keeps interrupts apart, too.
import { advise, type Check, ok, type Remedy, type, unknown, type Verdict, warning } from './check.js'
import { kernelWords, startWith } from './kernel-words.js'
import { type System, Unreadable } from './system.js'

const GROUPS = '/sys/kernel/iommu_groups'
const CLASS = '/sys/class/iommu'

/** Those that an IOMMU keeps apart: in its noiommu mode, vfio makes groups that none does. Throws Unreadable. */
export const groups = (system: System): string[] =>
  system
    .names(GROUPS)
    .filter(group => system.textIfThere(`${GROUPS}/${group}/name`)?.trim() !== 'vfio-noiommu')

/** By the ACPI table that the firmware tells of it with. */
const KINDS = [
  { table: 'DMAR', name: 'VT-d', switchedOff: ['intel_iommu=off', 'iommu=off'], word: 'intel_iommu=on' },
  { table: 'IVRS', name: 'AMD-Vi', switchedOff: ['amd_iommu=off', 'iommu=off'], word: 'iommu=pt' },
] as const

/** How processors call theirs, and how QEMU makes one. */
const MADE: Readonly<Record<string, { readonly name: string; readonly qemu: string }>> = {
  x86_64: { name: 'VT-d, AMD-Vi', qemu: '-device intel-iommu,intremap=on' },
  aarch64: { name: 'SMMU', qemu: '-machine virt,iommu=smmuv3' },
}

const haveOne = ({ facts }: System): Remedy => {
  const { name, qemu } = MADE[facts.machine] ?? {}
  const firmware = `switch it on in the firmware${name ? ` (${name})` : ''}`
  return advise(`${firmware}; a virtual machine must be given one${qemu ? ` (QEMU: ${qemu})` : ''}`)
}

const whyOff = (system: System): Verdict => {
  const kind = KINDS.find(({ table }) => system.isThere(`/sys/firmware/acpi/tables/${table}`))
  if (!kind) return warning('none: the firmware tells of none', haveOne(system))
  const words = kernelWords(system)
  const off = kind.switchedOff.find(word => words.some(each => each.split(',', 1)[0] === word))
  const found = `${kind.name} is there, and Linux does not use it`
  if (off !== undefined) return warning(`${found}: ${off}`, advise(`start Linux without ${off}`))
  return warning(found, startWith(system, kind.word))
}

export const iommu: Check = {
  name: 'IOMMU',
  why: 'VFIO gives a program a device, and DMA, only where an IOMMU keeps that from all other memory',
  look: system => {
    if (!system.isThere('/sys/kernel')) throw new Unreadable('/sys/kernel does not exist: is sysfs mounted?')
    const found = groups(system)
    const units = system.names(CLASS)
    const named = units.length > 0 ? ` (${units.join(', ')})` : ''
    if (found.length > 0) return ok(`on, ${found.length} group${found.length === 1 ? '' : 's'}${named}`)
    return units.length > 0 ? ok(`on${named}; a device gets its group when it is bound`) : whyOff(system)
  },
}

/** Where vfio is told to do without, by the way it is used. */
const UNSAFE = ['vfio_iommu_type1', 'iommufd'].map(
  name => `/sys/module/${name}/parameters/allow_unsafe_interrupts`,
)

/** Whether interrupts are kept apart; undefined where the system does not tell. Throws Unreadable. */
const isRemapped = (system: System): boolean | undefined =>
  system.facts.machine === 'x86_64' ? /\bIR-(PCI|IO)/.test(system.text('/proc/interrupts')) : undefined

const allowUnsafe = (system: System): Remedy => {
  const [first = ''] = UNSAFE
  const there = UNSAFE.find(name => system.isThere(name)) ?? first
  return {
    ...advise(
      'switch it on in the firmware, and start Linux without intremap=off (QEMU: intremap=on); or, where all that devices do is trusted:',
    ),
    ...type(`echo 1 > ${there}`),
  }
}

export const interruptRemapping: Check = {
  name: 'interrupt remapping',
  why: 'without it, a device could send the interrupts of others, and VFIO refuses it',
  look: system => {
    if (groups(system).length === 0) return ok('not needed without an IOMMU')
    const remapped = isRemapped(system)
    if (remapped === undefined) return unknown('only x86 tells of it')
    if (remapped) return ok('on')
    return UNSAFE.some(name => system.textIfThere(name)?.startsWith('Y'))
      ? ok('off, and vfio is told to do without (allow_unsafe_interrupts)')
      : warning('off', allowUnsafe(system))
  },
}
