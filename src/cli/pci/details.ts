// All that `iomap list -v` tells of a device: what sysfs says, and what its configuration space does.
import { formatSize, hex } from '../../system/numbers.js'
import type { PciDevice } from '../library.js'
import { wrap } from '../shown/wrap.js'
import type { Decoded, Value } from './decoded.js'
import { type Facts, factsOf } from './facts.js'
import { digits, type PciIds } from './ids.js'
import type { KernelModules } from './kernel-modules.js'
import { spaceOf } from './regions.js'
import { briefCapability, fieldTexts, jsonOfDecoded } from './show.js'
import { readRegion } from './values.js'

/** Where names and files come from. */
export interface Sources {
  readonly ids: PciIds
  readonly modules: KernelModules
  /** Where sysfs is; default /sys. */
  readonly sysfs?: string
}

interface Subsystem {
  readonly vendor: number
  readonly vendorName: string | null
  readonly device: number
  readonly name: string | null
}

export interface Details extends Omit<Facts, 'modalias'> {
  readonly parent: string | null
  readonly revision: number
  readonly interfaceName: string | null
  readonly subsystem: Subsystem | null
  readonly irq: number | null
  readonly numaNode: number | null
  readonly iommuGroup: number | null
  readonly modules: readonly string[]
  /** The header first; without what others than root may not see. */
  readonly parts: readonly Decoded[]
  /** Why the capabilities are missing; null: they are not. */
  readonly refused: string | null
}

export const detailsOf = (device: PciDevice, { ids, modules, sysfs }: Sources): Details => {
  const { subsystem, config } = device
  const { modalias, ...facts } = factsOf(device.address, sysfs)
  const { regions, refused } = spaceOf(device)
  return {
    ...facts,
    parent: device.parent ?? null,
    revision: device.revision,
    interfaceName: ids.interfaceName(device.class) ?? null,
    subsystem: subsystem
      ? {
          ...subsystem,
          vendorName: ids.vendor(subsystem.vendor) ?? null,
          name: ids.subsystem(device.vendor, device.device, subsystem) ?? null,
        }
      : null,
    irq: device.irq ?? null,
    numaNode: device.numaNode ?? null,
    iommuGroup: device.iommuGroup ?? null,
    modules: modules.for(modalias),
    parts: regions.map(region => readRegion(config, region)),
    refused: refused?.message ?? null,
  }
}

/** As `iomap list -v --json` prints them. */
export const jsonOfDetails = ({ parts, refused, ...facts }: Details) => {
  const [header, ...capabilities] = parts.map(jsonOfDecoded)
  return { ...facts, header, capabilities: refused === null ? capabilities : null }
}

const LABEL = 'secondary status'.length

/** What is said of one thing; of a thing with nothing to say, nothing. */
type Row = readonly [label: string, pieces: readonly string[]]

const subsystemText = ({ vendor, vendorName, device, name }: Subsystem): string =>
  [vendorName, name, `[${digits(vendor)}:${digits(device)}]`].filter(each => each !== null).join(' ')

const interruptTexts = (header: Header, { irq, messageInterrupts }: Details): string[] => {
  const pin = header.raw('INTERRUPT_PIN')
  const kinds = [...new Set(messageInterrupts.map(({ kind }) => kind))]
  return [
    ...(pin === 0 ? [] : [header.value('INTERRUPT_PIN')?.meaning ?? `pin ${pin}`]),
    ...(irq === null ? [] : [`IRQ ${irq}`]),
    ...kinds.map(kind => {
      const own = messageInterrupts.filter(each => each.kind === kind).map(each => each.irq)
      return `${kind === 'msix' ? 'MSI-X' : 'MSI'} in use: IRQ ${own.join(' ')}`
    }),
  ]
}

const linkTexts = ({ link }: Details): string[] =>
  link === null
    ? []
    : [`${link.speed} GT/s x${link.width}`, `at most ${link.maxSpeed || '?'} GT/s x${link.maxWidth}`]

const romTexts = (header: Header, { rom }: Details): string[] =>
  rom === null
    ? []
    : [hex(rom.base), formatSize(rom.size), header.raw('EXPANSION_ROM') % 2 === 1 ? 'on' : 'off']

/** The header's registers by name. */
class Header {
  readonly decoded: Decoded

  constructor(decoded: Decoded) {
    this.decoded = decoded
  }

  value(name: string): Value | undefined {
    return this.decoded.values.find(each => each.name === name)
  }

  raw(name: string): number {
    return this.value(name)?.raw ?? 0
  }

  /** The fields that are set. */
  texts(name: string): string[] {
    const value = this.value(name)
    return value ? fieldTexts(value) : []
  }

  get isBridge(): boolean {
    return this.value('SECONDARY_BUS') !== undefined
  }
}

/** A bridge's buses, and what it passes on. */
const bridgeRows = (header: Header): Row[] => {
  if (!header.isBridge) return []
  const [primary, secondary, last] = ['PRIMARY_BUS', 'SECONDARY_BUS', 'SUBORDINATE_BUS'].map(name =>
    digits(header.raw(name), 2),
  )
  const windows = header.decoded.remarks.filter(each => each.includes(' behind it: '))
  return [
    ['bus', [`${primary}`, `behind it ${secondary} to ${last}`]],
    ...windows.map((each): Row => ['behind it', [each.replace(' behind it:', '')]]),
    ['secondary status', header.texts('SECONDARY_STATUS')],
    ['bridge control', header.texts('BRIDGE_CONTROL')],
  ]
}

/** In clocks, as the device asks for them. */
const timingTexts = (header: Header): string[] => {
  const named: readonly [name: string, register: string, factor: number, unit: string][] = [
    ['latency', 'LATENCY_TIMER', 1, ''],
    ['behind it', 'SECONDARY_LATENCY_TIMER', 1, ''],
    ['minimum grant', 'MIN_GRANT', 250, ' ns'],
    ['maximum latency', 'MAX_LATENCY', 250, ' ns'],
    ['cache line', 'CACHE_LINE_SIZE', 4, ' bytes'],
  ]
  return named
    .filter(([, register]) => header.raw(register) !== 0)
    .map(([name, register, factor, unit]) => `${name} ${header.raw(register) * factor}${unit}`)
}

const rowsOf = (details: Details): Row[] => {
  const { subsystem, numaNode, iommuGroup, interfaceName } = details
  const header = new Header(details.parts[0] as Decoded)
  const kind = `interface 0x${digits(header.raw('INTERFACE'), 2)}${interfaceName === null ? '' : ` (${interfaceName})`}`
  return [
    ['class', [`${digits(header.raw('CLASS'), 2)}${digits(header.raw('SUBCLASS'), 2)}`, kind]],
    ['revision', [`0x${digits(details.revision, 2)}`]],
    ['subsystem', [subsystem === null ? 'not told' : subsystemText(subsystem)]],
    ['slot', given(details.slot)],
    ['command', header.texts('COMMAND')],
    ['bus mastering', [header.texts('COMMAND').includes('BUS_MASTER') ? 'on' : 'off']],
    ['status', header.texts('STATUS')],
    ['timing', timingTexts(header)],
    ...bridgeRows(header),
    ['interrupt', interruptTexts(header, details)],
    ['NUMA node', [numaNode === null ? 'none' : String(numaNode)]],
    ['IOMMU group', [iommuGroup === null ? 'none' : String(iommuGroup)]],
    ['link', linkTexts(details)],
    ['ROM', romTexts(header, details)],
    ['power', given(details.powerState)],
    ['function of', given(details.physicalFunction)],
    ['functions', details.virtualFunctions],
    ['modules', details.modules],
  ]
}

const given = (text: string | null): string[] => (text === null ? [] : [text])

/** Lines below a device's BARs, each after `indent`. */
export const formatDetails = (details: Details, indent: string): string => {
  const rows = rowsOf(details)
    .filter(([, pieces]) => pieces.length > 0)
    .map(([label, pieces]) => wrap(pieces, { ...starting(indent, label), separator: ', ' }))
  const [, ...capabilities] = details.parts.map(each => briefCapability(each, indent))
  const { refused } = details
  const missing = refused === null ? '' : wrap(refused.split(' '), starting(indent, 'capabilities'))
  return `${rows.join('')}${capabilities.join('')}${missing}`
}

/** The lines that follow the first go on below it. */
const starting = (indent: string, label: string) => ({
  first: `${indent}${label.padEnd(LABEL)} `,
  indent: `${indent}${' '.repeat(LABEL)} `,
})
