// What numbers of the configuration space mean, where they do not tell by themselves: units, and powers of two.
import { hex } from '../../system/numbers.js'
import type { Value } from './decoded.js'
import { digits } from './ids.js'
import { barsIn, windowsIn } from './ranges.js'

type Meaning = (value: number) => string | undefined

const listed =
  (names: readonly string[]): Meaning =>
  value =>
    names[value]

const times =
  (unit: string, factor: number): Meaning =>
  value =>
    `${value * factor} ${unit}`

const vectors: Meaning = value => `${2 ** value} vector${value === 0 ? '' : 's'}`
const at8: Meaning = value => `at ${hex(value * 8)}`
const lanes: Meaning = value => `x${value}`
const onlyNonzero =
  (meaning: Meaning): Meaning =>
  value =>
    value === 0 ? undefined : meaning(value)

const L0S = ['<64 ns', '<128 ns', '<256 ns', '<512 ns', '<1 us', '<2 us', '<4 us'] as const
const L1 = ['<1 us', '<2 us', '<4 us', '<8 us', '<16 us', '<32 us', '<64 us'] as const
/** PCI Express Base 4.0, table 4-20. */
const PRESETS = [
  '-6 dB de-emphasis, no preshoot',
  '-3.5 dB de-emphasis, no preshoot',
  '-4.4 dB de-emphasis, no preshoot',
  '-2.5 dB de-emphasis, no preshoot',
  'neither de-emphasis nor preshoot',
  '1.9 dB preshoot, no de-emphasis',
  '2.5 dB preshoot, no de-emphasis',
  '-6 dB de-emphasis, 3.5 dB preshoot',
  '-3.5 dB de-emphasis, 3.5 dB preshoot',
  '3.5 dB preshoot, no de-emphasis',
] as const

/** 0 is none that has a name. */
const SPEED: Meaning = value => (value === 0 ? 'unknown' : 'GT/s')
const DEVSEL = listed(['fast', 'medium', 'slow'])
const WINDOW_TYPE = listed(['32-bit', '64-bit'])
const PORT_WINDOW_TYPE = listed(['16-bit', '32-bit'])
const requester: Meaning = onlyNonzero(
  value => `${digits(value >>> 8, 2)}:${digits((value >>> 3) & 31, 2)}.${value & 7}`,
)

/** By the name of a part of the configuration space: those of its registers, and of their fields. */
const MEANINGS: Readonly<Record<string, Readonly<Record<string, Meaning>>>> = {
  header: {
    'STATUS.DEVSEL_TIMING': DEVSEL,
    'SECONDARY_STATUS.DEVSEL_TIMING': DEVSEL,
    'IO_BASE.TYPE': PORT_WINDOW_TYPE,
    'IO_LIMIT.TYPE': PORT_WINDOW_TYPE,
    'PREFETCHABLE_BASE.TYPE': WINDOW_TYPE,
    'PREFETCHABLE_LIMIT.TYPE': WINDOW_TYPE,
    'HEADER_TYPE.TYPE': listed(['device', 'bridge', 'CardBus bridge']),
    CACHE_LINE_SIZE: onlyNonzero(times('bytes', 4)),
    INTERRUPT_PIN: listed(['none', 'INTA', 'INTB', 'INTC', 'INTD']),
  },
  'power-management': {
    'CAPABILITIES.AUX_CURRENT': listed(
      [0, 55, 100, 160, 220, 270, 320, 375].map(milliamperes => `${milliamperes} mA`),
    ),
  },
  msi: { 'CONTROL.CAPABLE': vectors, 'CONTROL.ENABLED': vectors },
  'msi-x': {
    'CONTROL.LAST': last => `${last + 1} vector${last === 0 ? '' : 's'}`,
    'TABLE.OFFSET_8': at8,
    'PENDING_BITS.OFFSET_8': at8,
  },
  'pci-express': {
    'DEVICE_CAPABILITIES.MAX_PAYLOAD': () => 'bytes',
    'DEVICE_CAPABILITIES.L0S_LATENCY': listed([...L0S, 'any']),
    'DEVICE_CAPABILITIES.L1_LATENCY': listed([...L1, 'any']),
    'DEVICE_CONTROL.MAX_PAYLOAD': () => 'bytes',
    'DEVICE_CONTROL.MAX_READ_REQUEST': () => 'bytes',
    'LINK_CAPABILITIES.MAX_SPEED': SPEED,
    'LINK_CAPABILITIES.MAX_WIDTH': lanes,
    'LINK_CAPABILITIES.L0S_EXIT_LATENCY': listed([...L0S, '>4 us']),
    'LINK_CAPABILITIES.L1_EXIT_LATENCY': listed([...L1, '>64 us']),
    'LINK_CONTROL.READ_COMPLETION_BOUNDARY': () => 'bytes',
    'LINK_STATUS.SPEED': SPEED,
    'LINK_STATUS.WIDTH': lanes,
    'LINK_CONTROL_2.TARGET_SPEED': value => (value === 0 ? '2.5 GT/s alone' : 'GT/s'),
    'LINK_CONTROL_2.TRANSMIT_MARGIN': value => (value === 0 ? 'normal' : undefined),
    'LINK_CONTROL_2.COMPLIANCE_PRESET': listed(PRESETS),
    'ROOT_STATUS.PME_REQUESTER': requester,
  },
  aer: { CORRECTABLE_SOURCE: requester, UNCORRECTABLE_SOURCE: requester },
  'sr-iov': { 'MIGRATION_STATE.OFFSET_8': at8 },
  sata: { 'LOCATION.BAR': value => (value < 4 || value > 9 ? undefined : `BAR ${value - 4}`) },
}

/** What a register's or a field's value means; undefined where it tells by itself. */
export const meaningOf = (region: string, path: string, value: unknown): string | undefined =>
  MEANINGS[region]?.[path]?.(Number(value))

/** The registers of a part, and their fields, by their paths. */
class Values {
  readonly #values: ReadonlyMap<string, Value>

  constructor(values: readonly Value[]) {
    this.#values = new Map(values.map(value => [value.name, value]))
  }

  raw(name: string): number | undefined {
    return this.#values.get(name)?.raw
  }

  /** 0 where there is no such register. */
  field(register: string, name: string): number {
    return Number(this.#values.get(register)?.fields.find(each => each.name === name)?.value ?? 0)
  }
}

const WATTS = [1, 0.1, 0.01, 0.001] as const

const slotPower = (values: Values, register: string, prefix: string): string[] => {
  const limit = values.field(register, `${prefix}LIMIT`)
  const scale = WATTS[values.field(register, `${prefix}LIMIT_SCALE`)] ?? 1
  return limit === 0 ? [] : [`slot power limit ${Number((limit * scale).toFixed(3))} W`]
}

const pair = (values: Values, upper: string, lower: string): bigint =>
  (BigInt(values.raw(upper) ?? 0) << 32n) | BigInt(values.raw(lower) ?? 0)

const byteNames = (number: bigint): string =>
  (number.toString(16).padStart(16, '0').match(/../g) ?? []).join('-')

const latency = (values: Values, register: string, name: string): string =>
  `${name} ${values.field(register, 'VALUE') * 32 ** values.field(register, 'SCALE')} ns`

/** What several registers of a part mean together. */
const REMARKS: Readonly<Record<string, (values: Values, all: readonly Value[]) => string[]>> = {
  header: (_values, all) => [...barsIn(all), ...windowsIn(all)],
  'pci-express': values => slotPower(values, 'SLOT_CAPABILITIES', 'POWER_'),
  msi: values => [`address ${hex(pair(values, 'ADDRESS_UPPER', 'ADDRESS'))}`],
  'serial-number': values => [byteNames(pair(values, 'UPPER', 'LOWER'))],
  sata: values => [`registers at ${hex(values.field('LOCATION', 'OFFSET_4') * 4)}`],
  ltr: values => [latency(values, 'MAX_SNOOP', 'snoop'), latency(values, 'MAX_NO_SNOOP', 'no snoop')],
  'sr-iov': (_values, all) => barsIn(all),
}

export const remarksOf = (region: string, all: readonly Value[]): readonly string[] =>
  all.length === 0 ? [] : (REMARKS[region]?.(new Values(all), all) ?? [])
