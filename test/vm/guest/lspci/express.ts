// The parts of lspci's PCI Express capability.
import { aspm, hexadecimal, l0s, l1, made, named, speed } from './names.js'
import { maybe, type Part, type Said, words } from './rules.js'

const TYPES = {
  ENDPOINT: 'Endpoint',
  LEGACY_ENDPOINT: 'Legacy Endpoint',
  ROOT_PORT: 'Root Port',
  UPSTREAM_PORT: 'Upstream Port',
  DOWNSTREAM_PORT: 'Downstream Port',
  BRIDGE_TO_PCI: 'PCI-Express to PCI/PCI-X Bridge',
  ROOT_COMPLEX_ENDPOINT: 'Root Complex Integrated Endpoint',
}

const OBFF = {
  NONE: 'Not Supported',
  MESSAGE: 'Via message',
  WAKE: 'Via WAKE#',
  MESSAGE_AND_WAKE: 'Via message/WAKE#',
}
const OBFF_CONTROL = {
  DISABLED: 'Disabled',
  MESSAGE_A: 'Via message A',
  MESSAGE_B: 'Via message B',
  WAKE: 'Via WAKE#',
}
const RANGES = { NONE: 'Not Supported', ABCD: 'Range ABCD' }
const REDUCTION = { NONE: 'Not Supported' }
const INDICATOR = { ON: 'On', BLINK: 'Blink', OFF: 'Off', 0: 'Unknown' }

/** lspci says so of what is beyond, or below, what the link could be. */
const rate =
  (now: string, most: string) =>
  (said: Said): string => {
    const [is, can] = [now, most].map(path => {
      const value = said.read(path)
      return path.includes('SPEED') && typeof value === 'number' ? 0 : Number(value)
    }) as [number, number]
    return is > can ? 'overdriven' : 'downgraded'
  }

const SPEEDS = ['2.5', '5', '8', '16', '32', '64']

/** The speeds that a link can have: those of which a bit is set. */
const speeds = (said: Said): string[] =>
  SPEEDS.filter(each => said.read(`LINK_CAPABILITIES_2.SPEED_${each.replace('.', '_')}`) === true)

export const EXPRESS: Readonly<Record<string, Part>> = {
  title: {
    words: [
      words(
        /^Express \(v(\d)\) (.*?)(?= \(Slot|, MSI)/,
        'CAPABILITIES.VERSION',
        named('CAPABILITIES.TYPE', TYPES),
      ),
      words(
        /MSI (\d+)$/,
        made('CAPABILITIES.INTERRUPT_MESSAGE', value => String(value).padStart(2, '0')),
      ),
    ],
    flags: { Slot: 'CAPABILITIES.SLOT' },
  },
  DevCap: {
    words: [
      words(/MaxPayload (\d+) bytes/, 'DEVICE_CAPABILITIES.MAX_PAYLOAD'),
      words(/PhantFunc (\d)/, 'DEVICE_CAPABILITIES.PHANTOM_FUNCTIONS'),
      maybe(
        /Latency L0s (\S+), L1 (\S+)/,
        l0s('DEVICE_CAPABILITIES.L0S_LATENCY'),
        l1('DEVICE_CAPABILITIES.L1_LATENCY'),
      ),
      maybe(/SlotPowerLimit (\d+)W/, 'DEVICE_CAPABILITIES.SLOT_POWER_LIMIT'),
    ],
    flags: {
      ExtTag: 'DEVICE_CAPABILITIES.EXTENDED_TAGS',
      AttnBtn: 'DEVICE_CAPABILITIES.ATTENTION_BUTTON',
      AttnInd: 'DEVICE_CAPABILITIES.ATTENTION_INDICATOR',
      PwrInd: 'DEVICE_CAPABILITIES.POWER_INDICATOR',
      RBE: 'DEVICE_CAPABILITIES.ROLE_BASED_ERRORS',
      FLReset: 'DEVICE_CAPABILITIES.FUNCTION_LEVEL_RESET',
    },
  },
  DevCtl: {
    words: [
      words(/MaxPayload (\d+) bytes/, 'DEVICE_CONTROL.MAX_PAYLOAD'),
      words(/MaxReadReq (\d+) bytes/, 'DEVICE_CONTROL.MAX_READ_REQUEST'),
    ],
    flags: {
      CorrErr: 'DEVICE_CONTROL.REPORT_CORRECTABLE',
      NonFatalErr: 'DEVICE_CONTROL.REPORT_NON_FATAL',
      FatalErr: 'DEVICE_CONTROL.REPORT_FATAL',
      UnsupReq: 'DEVICE_CONTROL.REPORT_UNSUPPORTED',
      RlxdOrd: 'DEVICE_CONTROL.RELAXED_ORDERING',
      ExtTag: 'DEVICE_CONTROL.EXTENDED_TAGS',
      PhantFunc: 'DEVICE_CONTROL.PHANTOM_FUNCTIONS',
      AuxPwr: 'DEVICE_CONTROL.AUX_POWER',
      NoSnoop: 'DEVICE_CONTROL.NO_SNOOP',
      FLReset: 'DEVICE_CONTROL.FUNCTION_LEVEL_RESET',
      BrConfRtry: 'DEVICE_CONTROL.FUNCTION_LEVEL_RESET',
    },
  },
  DevSta: {
    flags: {
      CorrErr: 'DEVICE_STATUS.CORRECTABLE_ERROR',
      NonFatalErr: 'DEVICE_STATUS.NON_FATAL_ERROR',
      FatalErr: 'DEVICE_STATUS.FATAL_ERROR',
      UnsupReq: 'DEVICE_STATUS.UNSUPPORTED_REQUEST',
      AuxPwr: 'DEVICE_STATUS.AUX_POWER',
      TransPend: 'DEVICE_STATUS.TRANSACTIONS_PENDING',
    },
  },
  LnkCap: {
    words: [
      words(/Port #(\d+)/, 'LINK_CAPABILITIES.PORT'),
      words(/Speed (\S+), Width x(\d+)/, speed('LINK_CAPABILITIES.MAX_SPEED'), 'LINK_CAPABILITIES.MAX_WIDTH'),
      words(/ASPM (.*?)(?=,|$)/, aspm('LINK_CAPABILITIES.ASPM')),
      maybe(/L0s (<\S+?|unlimited)(?=[\s,])/, l0s('LINK_CAPABILITIES.L0S_EXIT_LATENCY')),
      maybe(/L1 (<\S+?|unlimited)(?=[\s,])/, l1('LINK_CAPABILITIES.L1_EXIT_LATENCY')),
      maybe(/Exit Latency/),
    ],
    flags: {
      ClockPM: 'LINK_CAPABILITIES.CLOCK_POWER_MANAGEMENT',
      Surprise: 'LINK_CAPABILITIES.SURPRISE_DOWN_REPORTING',
      LLActRep: 'LINK_CAPABILITIES.LINK_ACTIVE_REPORTING',
      BwNot: 'LINK_CAPABILITIES.BANDWIDTH_NOTIFICATION',
      ASPMOptComp: 'LINK_CAPABILITIES.ASPM_OPTIONALITY',
    },
  },
  LnkCtl: {
    words: [
      words(/ASPM (.*?);/, aspm('LINK_CONTROL.ASPM')),
      maybe(/RCB (\d+) bytes/, 'LINK_CONTROL.READ_COMPLETION_BOUNDARY'),
    ],
    flags: {
      Disabled: 'LINK_CONTROL.DISABLE',
      CommClk: 'LINK_CONTROL.COMMON_CLOCK',
      ExtSynch: 'LINK_CONTROL.EXTENDED_SYNCH',
      ClockPM: 'LINK_CONTROL.CLOCK_POWER_MANAGEMENT',
      AutWidDis: 'LINK_CONTROL.AUTONOMOUS_WIDTH_DISABLE',
      BWInt: 'LINK_CONTROL.BANDWIDTH_MANAGEMENT_INTERRUPT',
      AutBWInt: 'LINK_CONTROL.AUTONOMOUS_BANDWIDTH_INTERRUPT',
    },
  },
  LnkSta: {
    words: [
      words(/Speed (\S+?)(?=[\s,])/, speed('LINK_STATUS.SPEED')),
      words(/Width x(\d+)/, 'LINK_STATUS.WIDTH'),
      maybe(/^[\s,]*\((\w+)\)/, rate('LINK_STATUS.SPEED', 'LINK_CAPABILITIES.MAX_SPEED')),
      maybe(/\((\w+)\)/, rate('LINK_STATUS.WIDTH', 'LINK_CAPABILITIES.MAX_WIDTH')),
    ],
    flags: {
      TrErr: 'LINK_STATUS.TRAINING_ERROR',
      Train: 'LINK_STATUS.TRAINING',
      SlotClk: 'LINK_STATUS.SLOT_CLOCK',
      DLActive: 'LINK_STATUS.ACTIVE',
      BWMgmt: 'LINK_STATUS.BANDWIDTH_MANAGEMENT',
      ABWMgmt: 'LINK_STATUS.AUTONOMOUS_BANDWIDTH',
    },
  },
  SltCap: {
    words: [
      words(/Slot #(\d+)/, 'SLOT_CAPABILITIES.SLOT'),
      words(/PowerLimit (\d+)W/, 'SLOT_CAPABILITIES.POWER_LIMIT'),
    ],
    flags: {
      AttnBtn: 'SLOT_CAPABILITIES.ATTENTION_BUTTON',
      PwrCtrl: 'SLOT_CAPABILITIES.POWER_CONTROLLER',
      MRL: 'SLOT_CAPABILITIES.LATCH',
      AttnInd: 'SLOT_CAPABILITIES.ATTENTION_INDICATOR',
      PwrInd: 'SLOT_CAPABILITIES.POWER_INDICATOR',
      HotPlug: 'SLOT_CAPABILITIES.HOT_PLUG',
      Surprise: 'SLOT_CAPABILITIES.SURPRISE',
      Interlock: 'SLOT_CAPABILITIES.INTERLOCK',
      NoCompl: 'SLOT_CAPABILITIES.NO_COMMAND_COMPLETED',
    },
  },
  SltCtl: {
    words: [
      words(/Enable: AttnBtn(.)/, 'SLOT_CONTROL.ATTENTION_BUTTON'),
      words(
        /Control: AttnInd (\w+), PwrInd (\w+), Power(.) Interlock(.)/,
        named('SLOT_CONTROL.ATTENTION_INDICATOR', INDICATOR),
        named('SLOT_CONTROL.POWER_INDICATOR', INDICATOR),
        'SLOT_CONTROL.POWER_OFF',
        'SLOT_CONTROL.INTERLOCK',
      ),
    ],
    flags: {
      PwrFlt: 'SLOT_CONTROL.POWER_FAULT',
      MRL: 'SLOT_CONTROL.LATCH_CHANGED',
      PresDet: 'SLOT_CONTROL.PRESENCE_CHANGED',
      CmdCplt: 'SLOT_CONTROL.COMMAND_COMPLETED',
      HPIrq: 'SLOT_CONTROL.HOT_PLUG_INTERRUPT',
      LinkChg: 'SLOT_CONTROL.LINK_CHANGED',
    },
  },
  SltSta: {
    words: [
      words(
        /Changed: MRL(.) PresDet(.) LinkState(.)/,
        ...['LATCH_CHANGED', 'PRESENCE_CHANGED', 'LINK_CHANGED'].map(name => `SLOT_STATUS.${name}`),
      ),
      words(/Status: AttnBtn(.)/, 'SLOT_STATUS.ATTENTION_BUTTON'),
    ],
    flags: {
      PowerFlt: 'SLOT_STATUS.POWER_FAULT',
      MRL: 'SLOT_STATUS.LATCH_OPEN',
      CmdCplt: 'SLOT_STATUS.COMMAND_COMPLETED',
      PresDet: 'SLOT_STATUS.PRESENT',
      Interlock: 'SLOT_STATUS.INTERLOCK',
    },
  },
  RootCap: { flags: { CRSVisible: 'ROOT_CAPABILITIES.RETRY_STATUS_VISIBLE' } },
  RootCtl: {
    flags: {
      ErrCorrectable: 'ROOT_CONTROL.SYSTEM_ERROR_ON_CORRECTABLE',
      'ErrNon-Fatal': 'ROOT_CONTROL.SYSTEM_ERROR_ON_NON_FATAL',
      ErrFatal: 'ROOT_CONTROL.SYSTEM_ERROR_ON_FATAL',
      PMEIntEna: 'ROOT_CONTROL.PME_INTERRUPT',
      CRSVisible: 'ROOT_CONTROL.RETRY_STATUS_VISIBLE',
    },
  },
  RootSta: {
    words: [words(/PME ReqID ([0-9a-f]{4})/, hexadecimal('ROOT_STATUS.PME_REQUESTER', 4))],
    flags: { PMEStatus: 'ROOT_STATUS.PME', PMEPending: 'ROOT_STATUS.PME_PENDING' },
  },
  DevCap2: {
    words: [
      words(/Completion Timeout: ([\w ]+)/, named('DEVICE_CAPABILITIES_2.COMPLETION_TIMEOUT_RANGES', RANGES)),
      words(/OBFF ([\w #/]+)/, named('DEVICE_CAPABILITIES_2.OBFF', OBFF)),
      maybe(/MaxEETLPPrefixes (\d)/, 'DEVICE_CAPABILITIES_2.MAX_END_TO_END_PREFIXES'),
      words(
        /EmergencyPowerReduction ([\w ]+),/,
        named('DEVICE_CAPABILITIES_2.EMERGENCY_POWER_REDUCTION', REDUCTION),
      ),
      maybe(
        /LN System CLS ([\w ]+),/,
        named('DEVICE_CAPABILITIES_2.LIGHTWEIGHT_NOTIFICATION', { NONE: 'Not Supported' }),
      ),
      maybe(/AtomicOpsCap:/),
    ],
    flags: {
      TimeoutDis: 'DEVICE_CAPABILITIES_2.COMPLETION_TIMEOUT_DISABLE',
      NROPrPrP: 'DEVICE_CAPABILITIES_2.NO_RELAXED_ORDERING_PASSING',
      LTR: 'DEVICE_CAPABILITIES_2.LTR',
      '10BitTagComp': 'DEVICE_CAPABILITIES_2.TAG_10_BIT_COMPLETER',
      '10BitTagReq': 'DEVICE_CAPABILITIES_2.TAG_10_BIT_REQUESTER',
      ExtFmt: 'DEVICE_CAPABILITIES_2.EXTENDED_FORMAT',
      EETLPPrefix: 'DEVICE_CAPABILITIES_2.END_TO_END_PREFIX',
      EmergencyPowerReductionInit: 'DEVICE_CAPABILITIES_2.EMERGENCY_POWER_INITIALIZATION',
      FRS: 'DEVICE_CAPABILITIES_2.FRS',
      TPHComp: 'DEVICE_CAPABILITIES_2.TPH_COMPLETER',
      ExtTPHComp: 'DEVICE_CAPABILITIES_2.EXTENDED_TPH_COMPLETER',
      ARIFwd: 'DEVICE_CAPABILITIES_2.ARI_FORWARDING',
      Routing: 'DEVICE_CAPABILITIES_2.ATOMIC_ROUTING',
      '32bit': 'DEVICE_CAPABILITIES_2.ATOMIC_32',
      '64bit': 'DEVICE_CAPABILITIES_2.ATOMIC_64',
      '128bitCAS': 'DEVICE_CAPABILITIES_2.COMPARE_AND_SWAP_128',
    },
  },
  DevCtl2: {
    words: [
      words(/Completion Timeout: ([\w ]+),/, 'DEVICE_CONTROL_2.COMPLETION_TIMEOUT'),
      words(/OBFF ([\w #/]+)/, named('DEVICE_CONTROL_2.OBFF', OBFF_CONTROL)),
      maybe(/AtomicOpsCtl:/),
    ],
    flags: {
      TimeoutDis: 'DEVICE_CONTROL_2.COMPLETION_TIMEOUT_DISABLE',
      LTR: 'DEVICE_CONTROL_2.LTR',
      '10BitTagReq': 'DEVICE_CONTROL_2.TAG_10_BIT_REQUESTER',
      ARIFwd: 'DEVICE_CONTROL_2.ARI_FORWARDING',
      ReqEn: 'DEVICE_CONTROL_2.ATOMIC_REQUESTER',
      EgressBlck: 'DEVICE_CONTROL_2.ATOMIC_EGRESS_BLOCKING',
    },
  },
  LnkCap2: {
    words: [
      words(
        /Supported Link Speeds: ([\d.]+)-([\d.]+)GT\/s/,
        said => speeds(said)[0],
        said => speeds(said).at(-1),
      ),
    ],
    flags: {
      Crosslink: 'LINK_CAPABILITIES_2.CROSSLINK',
      Retimer: 'LINK_CAPABILITIES_2.RETIMER',
      '2Retimers': 'LINK_CAPABILITIES_2.TWO_RETIMERS',
      DRS: 'LINK_CAPABILITIES_2.DRS',
    },
  },
  LnkCtl2: {
    words: [
      // 0 is what a link of 2.5 GT/s may have there
      words(
        /Target Link Speed: ([\d.]+)GT\/s/,
        named('LINK_CONTROL_2.TARGET_SPEED', { 0: '2.5', '2.5': '2.5', 16: '16' }),
      ),
      maybe(/Selectable De-emphasis: ([-\d.]+dB)/, 'LINK_CONTROL_2.SELECTABLE_DE_EMPHASIS'),
      words(
        /Transmit Margin: ([\w ]+)/,
        named('LINK_CONTROL_2.TRANSMIT_MARGIN', { 0: 'Normal Operating Range' }),
      ),
      words(
        /Compliance Preset\/De-emphasis: (.*)$/,
        named('LINK_CONTROL_2.COMPLIANCE_PRESET', { 0: '-6dB de-emphasis, 0dB preshoot' }),
      ),
    ],
    flags: {
      EnterCompliance: 'LINK_CONTROL_2.ENTER_COMPLIANCE',
      SpeedDis: 'LINK_CONTROL_2.AUTONOMOUS_SPEED_DISABLE',
      EnterModifiedCompliance: 'LINK_CONTROL_2.ENTER_MODIFIED_COMPLIANCE',
      ComplianceSOS: 'LINK_CONTROL_2.COMPLIANCE_SOS',
    },
  },
  LnkSta2: {
    words: [
      words(/Current De-emphasis Level: ([-\d.]+dB)/, 'LINK_STATUS_2.DE_EMPHASIS'),
      words(/CrosslinkRes: (\w+)/, named('LINK_STATUS_2.CROSSLINK', { UNSUPPORTED: 'unsupported' })),
    ],
    flags: {
      EqualizationComplete: 'LINK_STATUS_2.EQUALIZATION_COMPLETE',
      EqualizationPhase1: 'LINK_STATUS_2.EQUALIZATION_PHASE_1',
      EqualizationPhase2: 'LINK_STATUS_2.EQUALIZATION_PHASE_2',
      EqualizationPhase3: 'LINK_STATUS_2.EQUALIZATION_PHASE_3',
      LinkEqualizationRequest: 'LINK_STATUS_2.EQUALIZATION_REQUEST',
      Retimer: 'LINK_STATUS_2.RETIMER',
      '2Retimers': 'LINK_STATUS_2.TWO_RETIMERS',
    },
  },
}
