// The parts of lspci's capabilities, by the names that iomap has for these.
import { EXPRESS } from './express.js'
import { hexadecimal, made, named, remark } from './names.js'
import { maybe, type Part, words } from './rules.js'

const UNCORRECTABLE = {
  DLP: 'DATA_LINK_PROTOCOL',
  SDES: 'SURPRISE_DOWN',
  TLP: 'POISONED_TLP',
  FCP: 'FLOW_CONTROL_PROTOCOL',
  CmpltTO: 'COMPLETION_TIMEOUT',
  CmpltAbrt: 'COMPLETER_ABORT',
  UnxCmplt: 'UNEXPECTED_COMPLETION',
  RxOF: 'RECEIVER_OVERFLOW',
  MalfTLP: 'MALFORMED_TLP',
  ECRC: 'ECRC',
  UnsupReq: 'UNSUPPORTED_REQUEST',
  ACSViol: 'ACS_VIOLATION',
}

const CORRECTABLE = {
  RxErr: 'RECEIVER',
  BadTLP: 'BAD_TLP',
  BadDLLP: 'BAD_DLLP',
  Rollover: 'REPLAY_NUM_ROLLOVER',
  Timeout: 'REPLAY_TIMER_TIMEOUT',
  AdvNonFatalErr: 'ADVISORY_NON_FATAL',
}

const ACCESS_CONTROL = {
  SrcValid: 'SOURCE_VALIDATION',
  TransBlk: 'TRANSLATION_BLOCKING',
  ReqRedir: 'REQUEST_REDIRECT',
  CmpltRedir: 'COMPLETION_REDIRECT',
  UpstreamFwd: 'UPSTREAM_FORWARDING',
  EgressCtrl: 'EGRESS_CONTROL',
  DirectTrans: 'DIRECT_TRANSLATED',
}

/** Flags that are fields of one register. */
const of = (register: string, names: Readonly<Record<string, string>>): Part => ({
  flags: Object.fromEntries(Object.entries(names).map(([word, field]) => [word, `${register}.${field}`])),
})

const title = (shape: RegExp): Part => ({ words: [words(shape)] })

const vectors = (path: string) => made(path, value => 2 ** value)
const at8 = (path: string) => made(path, value => (value * 8).toString(16).padStart(8, '0'))

const AER: Readonly<Record<string, Part>> = {
  title: title(/^Advanced Error Reporting$/),
  UESta: of('UNCORRECTABLE_STATUS', UNCORRECTABLE),
  UEMsk: of('UNCORRECTABLE_MASK', UNCORRECTABLE),
  UESvrt: of('UNCORRECTABLE_SEVERITY', UNCORRECTABLE),
  CESta: of('CORRECTABLE_STATUS', CORRECTABLE),
  CEMsk: of('CORRECTABLE_MASK', CORRECTABLE),
  AERCap: {
    words: [words(/First Error Pointer: ([0-9a-f]{2})/, hexadecimal('CONTROL.FIRST_ERROR', 2))],
    flags: {
      ECRCGenCap: 'CONTROL.ECRC_GENERATION_CAPABLE',
      ECRCGenEn: 'CONTROL.ECRC_GENERATION',
      ECRCChkCap: 'CONTROL.ECRC_CHECK_CAPABLE',
      ECRCChkEn: 'CONTROL.ECRC_CHECK',
      MultHdrRecCap: 'CONTROL.MULTIPLE_HEADERS_CAPABLE',
      MultHdrRecEn: 'CONTROL.MULTIPLE_HEADERS',
      TLPPfxPres: 'CONTROL.PREFIX_LOG_PRESENT',
      HdrLogCap: 'CONTROL.COMPLETION_TIMEOUT_LOG_CAPABLE',
    },
  },
  HeaderLog: {
    words: [
      words(
        /^(\w{8}) (\w{8}) (\w{8}) (\w{8})$/,
        ...[0, 1, 2, 3].map(i => hexadecimal(`HEADER_LOG[${i}]`, 8)),
      ),
    ],
  },
  RootCmd: of('ROOT_COMMAND', { CERptEn: 'CORRECTABLE', NFERptEn: 'NON_FATAL', FERptEn: 'FATAL' }),
  RootSta: {
    words: [words(/IntMsg (\d+)/, 'ROOT_STATUS.INTERRUPT_MESSAGE')],
    flags: {
      CERcvd: 'ROOT_STATUS.CORRECTABLE',
      MultCERcvd: 'ROOT_STATUS.MULTIPLE_CORRECTABLE',
      UERcvd: 'ROOT_STATUS.UNCORRECTABLE',
      MultUERcvd: 'ROOT_STATUS.MULTIPLE_UNCORRECTABLE',
      FirstFatal: 'ROOT_STATUS.FIRST_FATAL',
      NonFatalMsg: 'ROOT_STATUS.NON_FATAL',
      FatalMsg: 'ROOT_STATUS.FATAL',
    },
  },
  ErrorSrc: {
    words: [
      words(
        /ERR_COR: ([0-9a-f]{4}) ERR_FATAL\/NONFATAL: ([0-9a-f]{4})/,
        hexadecimal('CORRECTABLE_SOURCE', 4),
        hexadecimal('UNCORRECTABLE_SOURCE', 4),
      ),
    ],
  },
}

const SR_IOV: Readonly<Record<string, Part>> = {
  title: title(/^Single Root I\/O Virtualization \(SR-IOV\)$/),
  IOVCap: {
    words: [words(/Interrupt Message Number: (\w{3})/, hexadecimal('CAPABILITIES.MIGRATION_INTERRUPT', 3))],
    flags: { Migration: 'CAPABILITIES.MIGRATION', '10BitTagReq': 'CAPABILITIES.TAG_10_BIT_REQUESTER' },
  },
  IOVCtl: of('CONTROL', {
    Enable: 'ENABLE',
    Migration: 'MIGRATION',
    Interrupt: 'MIGRATION_INTERRUPT',
    MSE: 'MEMORY',
    ARIHierarchy: 'ARI_HIERARCHY',
    '10BitTagReq': 'TAG_10_BIT_REQUESTER',
  }),
  IOVSta: of('STATUS', { Migration: 'MIGRATION' }),
  'Initial VFs': {
    words: [
      words(
        /^(\d+), Total VFs: (\d+), Number of VFs: (\d+), Function Dependency Link: (\w\w)$/,
        ...['INITIAL', 'TOTAL', 'COUNT'],
        hexadecimal('DEPENDENCY', 2),
      ),
    ],
  },
  'VF offset': {
    words: [
      words(/^(\d+), stride: (\d+), Device ID: (\w{4})$/, 'FIRST_OFFSET', 'STRIDE', hexadecimal('DEVICE', 4)),
    ],
  },
  'Supported Page Size': {
    words: [
      words(
        /^(\w{8}), System Page Size: (\w{8})$/,
        hexadecimal('PAGE_SIZES', 8),
        hexadecimal('PAGE_SIZE', 8),
      ),
    ],
  },
  'Region 0': {
    words: [
      words(
        /^Memory at 0*(\w+) \((\d\d)-bit, non-prefetchable\)$/,
        remark(/^BAR 0: memory at 0x(\w+),/),
        remark(/^BAR 0: memory at \w+, (\d\d)-bit$/),
      ),
    ],
  },
  'VF Migration': {
    words: [words(/^offset: (\w{8}), BIR: (\d)$/, at8('MIGRATION_STATE.OFFSET_8'), 'MIGRATION_STATE.BAR')],
  },
}

const VIRTIO_TYPES = {
  COMMON: 'CommonCfg',
  NOTIFY: 'Notify',
  ISR: 'ISR',
  DEVICE: 'DeviceCfg',
  PCI: '<unknown>',
}

export const CAPABILITIES: Readonly<Record<string, Readonly<Record<string, Part>>>> = {
  'power-management': {
    title: { words: [words(/^Power Management version (\d)$/, 'CAPABILITIES.VERSION')] },
    Flags: {
      words: [
        words(
          /AuxCurrent=(\d+)mA/,
          made('CAPABILITIES.AUX_CURRENT', value => [0, 55, 100][value]),
        ),
        words(
          /PME\(D0(.),D1(.),D2(.),D3hot(.),D3cold(.)\)/,
          ...['D0', 'D1', 'D2', 'D3_HOT', 'D3_COLD'].map(state => `CAPABILITIES.PME_FROM_${state}`),
        ),
      ],
      flags: {
        PMEClk: 'CAPABILITIES.PME_CLOCK',
        DSI: 'CAPABILITIES.DEVICE_SPECIFIC_INITIALIZATION',
        D1: 'CAPABILITIES.D1',
        D2: 'CAPABILITIES.D2',
      },
    },
    Status: {
      words: [
        words(/^(D\d)/, 'CONTROL.STATE'),
        words(/DSel=(\d) DScale=(\d)/, 'CONTROL.DATA_SELECT', 'CONTROL.DATA_SCALE'),
      ],
      flags: { NoSoftRst: 'CONTROL.NO_SOFT_RESET', 'PME-Enable': 'CONTROL.PME', PME: 'CONTROL.PME_STATUS' },
    },
  },
  msi: {
    title: {
      words: [
        words(/^MSI:/),
        words(/Count=(\d+)\/(\d+)/, vectors('CONTROL.ENABLED'), vectors('CONTROL.CAPABLE')),
      ],
      flags: { Enable: 'CONTROL.ENABLE', Maskable: 'CONTROL.MASKABLE', '64bit': 'CONTROL.ADDRESS_64' },
    },
    Address: {
      words: [words(/^0*(\w+)\s+Data: (\w{4})$/, remark(/^address 0x(\w+)$/), hexadecimal('DATA', 4))],
    },
    Masking: {
      words: [words(/^(\w{8})\s+Pending: (\w{8})$/, hexadecimal('MASK', 8), hexadecimal('PENDING', 8))],
    },
  },
  'msi-x': {
    title: {
      words: [
        words(/^MSI-X:/),
        words(
          /Count=(\d+)/,
          made('CONTROL.LAST', value => value + 1),
        ),
      ],
      flags: { Enable: 'CONTROL.ENABLE', Masked: 'CONTROL.MASK_ALL' },
    },
    'Vector table': {
      words: [words(/^BAR=(\d) offset=(\w{8})$/, 'TABLE.BAR', at8('TABLE.OFFSET_8'))],
    },
    PBA: { words: [words(/^BAR=(\d) offset=(\w{8})$/, 'PENDING_BITS.BAR', at8('PENDING_BITS.OFFSET_8'))] },
  },
  'pci-express': EXPRESS,
  'subsystem-id': {
    // the vendor's name is that of the device's subsystem, which is compared with it
    title: { words: [words(/^Subsystem: .*?Device (?:\w{4}:)?(\w{4})$/, hexadecimal('SUBSYSTEM', 4))] },
  },
  'slot-id': {
    title: {
      words: [
        words(/^Slot ID: (\d+) slots/, 'EXPANSION.SLOTS'),
        words(/chassis (\w\w)$/, hexadecimal('CHASSIS', 2)),
      ],
      flags: { First: 'EXPANSION.FIRST_IN_CHASSIS' },
    },
  },
  'hot-plug': { title: title(/^Hot-plug capable$/) },
  sata: {
    title: {
      words: [
        words(
          /^SATA HBA v(\d)\.(\d) BAR(\d) Offset=0*(\w+)$/,
          ...['REVISION.MAJOR', 'REVISION.MINOR'],
          made('LOCATION.BAR', value => value - 4),
          // as the register has it: in units of 4 bytes
          made('LOCATION.OFFSET_4', value => value.toString(16)),
        ),
      ],
    },
  },
  'vendor-specific': {
    title: {
      words: [words(/^Vendor Specific Information: VirtIO: (.+)$/, named('TYPE.TYPE', VIRTIO_TYPES))],
    },
    '': {
      words: [
        words(
          /^BAR=(\d) offset=(\w{8}) size=(\w{8})/,
          ...['BAR'],
          hexadecimal('STRUCTURE_OFFSET', 8),
          hexadecimal('STRUCTURE_LENGTH', 8),
        ),
        maybe(/multiplier=(\w{8})/, hexadecimal('MULTIPLIER', 8)),
      ],
    },
  },
  aer: AER,
  acs: {
    title: title(/^Access Control Services$/),
    ACSCap: of('CAPABILITIES', ACCESS_CONTROL),
    ACSCtl: of('CONTROL', ACCESS_CONTROL),
  },
  ari: {
    title: title(/^Alternative Routing-ID Interpretation \(ARI\)$/),
    ARICap: {
      words: [words(/Next Function: (\d+)/, 'CAPABILITIES.NEXT_FUNCTION')],
      flags: { MFVC: 'CAPABILITIES.MFVC_GROUPS', ACS: 'CAPABILITIES.ACS_GROUPS' },
    },
    ARICtl: {
      words: [words(/Function Group: (\d+)/, 'CONTROL.FUNCTION_GROUP')],
      flags: { MFVC: 'CONTROL.MFVC_GROUPS', ACS: 'CONTROL.ACS_GROUPS' },
    },
  },
  'serial-number': {
    title: { words: [words(/^Device Serial Number ([\w-]+)$/, remark(/^([\w-]+)$/))] },
  },
  'sr-iov': SR_IOV,
  ats: {
    title: title(/^Address Translation Service \(ATS\)$/),
    ATSCap: { words: [words(/Invalidate Queue Depth: (\w\w)/, hexadecimal('CAPABILITIES.QUEUE_DEPTH', 2))] },
    ATSCtl: {
      words: [words(/Smallest Translation Unit: (\w\w)/, hexadecimal('CONTROL.SMALLEST_UNIT', 2))],
      flags: { Enable: 'CONTROL.ENABLE' },
    },
  },
}
