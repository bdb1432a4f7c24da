// What lspci says of a device outside its capabilities.
import { hexadecimal, made, named } from './names.js'
import { type Expected, maybe, type Part, type Said, words } from './rules.js'

/** What `iomap list -v --json` says of a device, so far as it is compared. */
export interface Listed {
  readonly address: string
  readonly className: string
  readonly vendor: number
  readonly vendorName: string | null
  readonly device: number
  readonly deviceName: string | null
  readonly driver: string | null
  readonly revision: number
  readonly interfaceName: string | null
  readonly subsystem: {
    vendor: number
    vendorName: string | null
    device: number
    name: string | null
  } | null
  readonly slot: string | null
  readonly irq: number | null
  readonly numaNode: number | null
  readonly iommuGroup: number | null
  readonly rom: { base: number; size: number } | null
  readonly bars: readonly Bar[]
}

interface Bar {
  readonly index: number
  readonly base: number
  readonly size: number
  readonly kind: 'memory' | 'ports'
  readonly prefetchable: boolean
  readonly wide: boolean
}

const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0')

/** As lspci names a pair of ids. */
const pairName = (vendor: number, vendorName: string | null, device: number, name: string | null): string => {
  if (vendorName === null) return `Device ${hex(vendor, 4)}:${hex(device, 4)}`
  return `${vendorName} ${name ?? `Device ${hex(device, 4)}`}`
}

/** 256, 4K, 16M. */
const sizeName = (bytes: number): string => {
  const power = Math.floor(Math.log2(bytes) / 10)
  return `${bytes / 1024 ** power}${['', 'K', 'M', 'G'][power]}`
}

const ERRORS = {
  ParErr: 'PARITY_ERROR',
  '>TAbort': 'SIGNALED_TARGET_ABORT',
  '<TAbort': 'RECEIVED_TARGET_ABORT',
  '<MAbort': 'RECEIVED_MASTER_ABORT',
}

const status = (register: string, more: Readonly<Record<string, string>>): Part => ({
  words: [words(/DEVSEL=(\w+)/, named(`${register}.DEVSEL_TIMING`, { 0: 'fast', 1: 'medium', 2: 'slow' }))],
  flags: Object.fromEntries(
    Object.entries({ ...ERRORS, '66MHz': 'CAPABLE_OF_66_MHZ', FastB2B: 'FAST_BACK_TO_BACK', ...more }).map(
      ([word, field]) => [word, `${register}.${field}`],
    ),
  ),
})

const commandFlags = {
  'I/O': 'IO',
  Mem: 'MEMORY',
  BusMaster: 'BUS_MASTER',
  SpecCycle: 'SPECIAL_CYCLES',
  MemWINV: 'MEMORY_WRITE_AND_INVALIDATE',
  VGASnoop: 'VGA_PALETTE_SNOOP',
  ParErr: 'PARITY_ERROR_RESPONSE',
  SERR: 'SERR',
  FastB2B: 'FAST_BACK_TO_BACK',
  DisINTx: 'INTX_DISABLE',
}

/** A window as a remark of the header tells it, with `digits`: '' of one that passes nothing on. */
const range =
  (name: string, digits: number): Expected =>
  said => {
    const text = said.remarks.find(each => each.startsWith(`${name} behind it: `)) ?? 'nothing'
    if (text.endsWith(': none')) return ''
    const [, start = '', end = ''] = /0x(\w+)-0x(\w+)$/.exec(text) ?? []
    return `${start.padStart(digits, '0')}-${end.padStart(digits, '0')}`
  }

/** A bridge's window, or that it is none. `more` is what lspci says behind it. */
const windowOf = (name: string, digits: number, more: RegExp, ...groups: Expected[]): Part => {
  const isNone: Expected = ({ remarks }) => (remarks.includes(`${name} behind it: none`) ? '[disabled]' : '')
  const shape = new RegExp(`^(?:(\\w+-\\w+) \\[size=\\w+\\]|\\w+-\\w+ (\\[disabled\\]))${more.source}$`)
  return { words: [words(shape, range(name, digits), isNone, ...groups)] }
}

/** Lines by their labels, of the device that iomap lists so. */
export const linesOf = (listed: Listed): Readonly<Record<string, Part>> => {
  const { subsystem, rom } = listed
  const given = (value: unknown) => () => value
  return {
    Subsystem: {
      words: [
        words(
          /^(.*)$/,
          given(
            subsystem && pairName(subsystem.vendor, subsystem.vendorName, subsystem.device, subsystem.name),
          ),
        ),
      ],
    },
    'Physical Slot': { words: [words(/^(.*)$/, given(listed.slot))] },
    // what was Stepping in PCI 2.3 is always 0 since
    Control: {
      words: [words(/Stepping-/)],
      flags: Object.fromEntries(
        Object.entries(commandFlags).map(([word, field]) => [word, `COMMAND.${field}`]),
      ),
    },
    Status: (part => ({ ...part, words: [...(part.words ?? []), words(/UDF-/)] }))(
      status('STATUS', {
        Cap: 'CAPABILITIES_LIST',
        '>SERR': 'SYSTEM_ERROR',
        '<PERR': 'PARITY_ERROR',
        ParErr: 'MASTER_DATA_PARITY_ERROR',
        INTx: 'INTERRUPT',
      }),
    ),
    Latency: {
      words: [
        words(/^(\d+)/, 'LATENCY_TIMER'),
        maybe(
          /Cache Line Size: (\d+) bytes/,
          made('CACHE_LINE_SIZE', value => value * 4),
        ),
      ],
    },
    Interrupt: {
      words: [
        words(
          /^pin (\S)/,
          made('INTERRUPT_PIN', value => '?ABCD'[value]),
        ),
        words(/routed to IRQ (\d+)$/, given(listed.irq ?? 0)),
      ],
    },
    'NUMA node': { words: [words(/^(\d+)$/, given(listed.numaNode))] },
    'IOMMU group': { words: [words(/^(\d+)$/, given(listed.iommuGroup))] },
    'Expansion ROM at': {
      words: [
        words(
          /^(\w{8}) (\[disabled\] )?\[size=(\w+)\]$/,
          given(rom && hex(rom.base, 8)),
          said => (Number(said.read('EXPANSION_ROM.ENABLE')) === 0 ? '[disabled] ' : ''),
          given(rom && sizeName(rom.size)),
        ),
      ],
    },
    Bus: {
      words: [
        words(
          /^primary=(\w\w), secondary=(\w\w), subordinate=(\w\w), sec-latency=(\d+)$/,
          hexadecimal('PRIMARY_BUS', 2),
          hexadecimal('SECONDARY_BUS', 2),
          hexadecimal('SUBORDINATE_BUS', 2),
          'SECONDARY_LATENCY_TIMER',
        ),
      ],
    },
    'I/O behind bridge': windowOf(
      'I/O ports',
      4,
      / \[(\d\d)-bit\]/,
      named('IO_BASE.TYPE', { 0: '16', 1: '32' }),
    ),
    'Memory behind bridge': windowOf('memory', 8, / \[32-bit\]/),
    // whether it is of 64 bits, lspci has from what Linux has placed there, and iomap from the register
    'Prefetchable memory behind bridge': windowOf('prefetchable memory', 8, / \[\d\d-bit\]/),
    'Secondary status': status('SECONDARY_STATUS', {
      '<SERR': 'SYSTEM_ERROR',
      '<PERR': 'PARITY_ERROR',
      ParErr: 'MASTER_DATA_PARITY_ERROR',
    }),
    BridgeCtl: {
      flags: {
        Parity: 'BRIDGE_CONTROL.PARITY_ERROR_RESPONSE',
        SERR: 'BRIDGE_CONTROL.SERR',
        NoISA: 'BRIDGE_CONTROL.ISA',
        VGA: 'BRIDGE_CONTROL.VGA',
        VGA16: 'BRIDGE_CONTROL.VGA_16_BIT',
        MAbort: 'BRIDGE_CONTROL.MASTER_ABORT_MODE',
        '>Reset': 'BRIDGE_CONTROL.SECONDARY_BUS_RESET',
        FastB2B: 'BRIDGE_CONTROL.FAST_BACK_TO_BACK',
        PriDiscTmr: 'BRIDGE_CONTROL.PRIMARY_DISCARD_TIMER',
        SecDiscTmr: 'BRIDGE_CONTROL.SECONDARY_DISCARD_TIMER',
        DiscTmrStat: 'BRIDGE_CONTROL.DISCARD_TIMER_STATUS',
        DiscTmrSERREn: 'BRIDGE_CONTROL.DISCARD_TIMER_SERR',
      },
    },
    'Kernel driver in use': { words: [words(/^(.*)$/, given(listed.driver))] },
    ...Object.fromEntries(listed.bars.map(bar => [`Region ${bar.index}`, regionOf(bar)])),
  }
}

const regionOf = ({ index, base, size, kind, prefetchable, wide }: Bar): Part => {
  const what =
    kind === 'ports'
      ? `I/O ports at ${hex(base, 4)}`
      : `Memory at ${hex(base, 8)} (${wide ? 64 : 32}-bit, ${prefetchable ? '' : 'non-'}prefetchable)`
  // of a virtual function: its own register is 0, and the physical one's tells
  const isVirtual = (said: Said) => (said.read(`BAR[${index}]`) === 0 ? ' [virtual]' : '')
  return {
    words: [
      words(
        /^(.*?)( \[virtual\])? \[size=(\w+)\]$/,
        () => what,
        isVirtual,
        () => sizeName(size),
      ),
    ],
  }
}

/** Behind the address: what it is; its revision where that is not 0, and its interface where that has a name or is not 0. */
export const titleOf = (listed: Listed): Part => ({
  words: [
    words(/^(.*?)(?: \[\w{4}\])?: /, () => listed.className),
    maybe(/ \(rev (\w\w)\)/, () => hex(listed.revision, 2)),
    maybe(/ \(prog-if (\w\w) \[(.*)\]\)$/, hexadecimal('INTERFACE', 2), () => listed.interfaceName),
    maybe(/ \(prog-if (\w\w)\)$/, hexadecimal('INTERFACE', 2)),
    words(/^\s*(.*?)\s*$/, () =>
      pairName(listed.vendor, listed.vendorName, listed.device, listed.deviceName),
    ),
  ],
})
