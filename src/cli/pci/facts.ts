// What sysfs tells of a PCI device beside what a driver needs: for listings.
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { basename, join } from 'node:path'

/** An interrupt that its driver has asked for. */
export interface MessageInterrupt {
  readonly irq: number
  /** As the kernel says: msi or msix. */
  readonly kind: string
}

/** A PCI Express link as it is, and as it could be. */
export interface Link {
  /** In GT/s. */
  readonly speed: number
  /** In lanes. */
  readonly width: number
  readonly maxSpeed: number
  readonly maxWidth: number
}

/** The memory with a program for the firmware. */
export interface Rom {
  readonly base: number
  readonly size: number
}

export interface Facts {
  /** What is printed beside its slot. */
  readonly slot: string | null
  readonly messageInterrupts: readonly MessageInterrupt[]
  readonly link: Link | null
  readonly rom: Rom | null
  /** D0, D3hot, … */
  readonly powerState: string | null
  /** Of a virtual function: whose it is. */
  readonly physicalFunction: string | null
  readonly virtualFunctions: readonly string[]
  /** By which its modules are found. */
  readonly modalias: string
}

/** Tells `make`, or what it is told instead where the file is not there. */
const unless = <T>(make: () => T, otherwise: T): T => {
  try {
    return make()
  } catch {
    return otherwise
  }
}

const text = (path: string): string => unless(() => readFileSync(path, 'utf8').trim(), '')

const numbersIn = (folder: string): number[] =>
  unless(() => readdirSync(folder), [] as string[])
    .map(Number)
    .sort((a, b) => a - b)

/** Behind the lines of six BARs. */
const ROM_LINE = 6

const romOf = (folder: string): Rom | null => {
  const [start = 0, end = 0] = (text(join(folder, 'resource')).split('\n')[ROM_LINE] ?? '')
    .split(' ')
    .map(Number)
  return end === 0 ? null : { base: start, size: end - start + 1 }
}

/** The kernel says `Unknown`, 0 and 255 of what has no link. */
const linkOf = (folder: string): Link | null => {
  const number = (name: string) => Number.parseFloat(text(join(folder, name)))
  const [speed, width] = [number('current_link_speed'), number('current_link_width')]
  if (!(speed > 0 && width > 0)) return null
  return { speed, width, maxSpeed: number('max_link_speed'), maxWidth: number('max_link_width') }
}

/** A slot knows the address of its device, without the function. */
const slotOf = (sysfs: string, address: string): string | null => {
  const folder = join(sysfs, 'bus/pci/slots')
  const names = unless(() => readdirSync(folder), [] as string[])
  return names.find(name => text(join(folder, name, 'address')) === address.replace(/\.[0-7]$/, '')) ?? null
}

const linked = (path: string): string | null => unless(() => basename(readlinkSync(path)), null)

const virtualFunctionsOf = (folder: string): string[] =>
  unless(() => readdirSync(folder), [] as string[])
    .filter(name => /^virtfn[0-9]+$/.test(name))
    .sort((a, b) => Number(a.slice(6)) - Number(b.slice(6)))
    .map(name => linked(join(folder, name)) ?? name)

/** Those of the device at `address`; of one that is gone, none. */
export const factsOf = (address: string, sysfs = '/sys'): Facts => {
  const folder = join(sysfs, 'bus/pci/devices', address)
  return {
    slot: slotOf(sysfs, address),
    messageInterrupts: numbersIn(join(folder, 'msi_irqs')).map(irq => ({
      irq,
      kind: text(join(folder, 'msi_irqs', String(irq))),
    })),
    link: linkOf(folder),
    rom: romOf(folder),
    powerState: text(join(folder, 'power_state')) || null,
    physicalFunction: linked(join(folder, 'physfn')),
    virtualFunctions: virtualFunctionsOf(folder),
    modalias: text(join(folder, 'modalias')),
  }
}
