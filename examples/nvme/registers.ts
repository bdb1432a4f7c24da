// The registers of an NVMe controller, and what it and its driver write into memory: NVM Express Base
// Specification 1.4.
import type { IoAccess } from 'io-mapping'
import { bit, bits, block, enumeration, reg8, reg16, reg32, registers } from 'io-mapping/registers'

/** The controller's registers, chapter 3.1. What has 64 bits is two registers: `writeWide`. */
export const CONTROLLER = registers({
  CAP: reg32(0x00, {
    /** The entries that a queue may have, less one. */
    MAX_QUEUE_ENTRIES: bits(15, 0),
    CONTIGUOUS_QUEUES: bit(16),
    /** How long it takes to be ready, in units of 500 ms. */
    TIMEOUT: bits(31, 24),
  }).ro,
  CAP_UPPER: reg32(0x04, {
    /** From one doorbell to the next: 4 bytes times 2 to the power of this. */
    DOORBELL_STRIDE: bits(3, 0),
    NVM_COMMANDS: bit(5),
    /** A page has 4096 bytes times 2 to the power of this. */
    MIN_PAGE_SIZE: bits(19, 16),
    MAX_PAGE_SIZE: bits(23, 20),
  }).ro,
  VERSION: reg32(0x08, { MAJOR: bits(31, 16), MINOR: bits(15, 8), TERTIARY: bits(7, 0) }).ro,
  /** A 1 masks an interrupt; with MSI-X neither may be used. */
  MASK_SET: reg32(0x0c).w1s,
  MASK_CLEAR: reg32(0x10).w1c,
  CONFIGURATION: reg32(0x14, {
    ENABLE: bit(0),
    COMMAND_SET: bits(6, 4),
    PAGE_SIZE: bits(10, 7),
    ARBITRATION: bits(13, 11),
    SHUTDOWN: enumeration(15, 14, { NONE: 0, NORMAL: 1, ABRUPT: 2 }),
    /** Powers of 2: an entry of a submission queue has 64 bytes, one of a completion queue 16. */
    SUBMISSION_ENTRY: bits(19, 16),
    COMPLETION_ENTRY: bits(23, 20),
  }),
  STATUS: reg32(0x1c, {
    READY: bit(0).ro,
    FATAL: bit(1).ro,
    SHUTDOWN: enumeration(3, 2, { NONE: 0, OCCURRING: 1, COMPLETE: 2 }).ro,
    SUBSYSTEM_RESET: bit(4).w1c,
    PAUSED: bit(5).ro,
  }),
  /** How many entries the admin queues have, less one. */
  ADMIN_QUEUES: reg32(0x24, { SUBMISSION: bits(11, 0), COMPLETION: bits(27, 16) }),
  /** Where they lie. */
  ADMIN_SUBMISSION: reg32(0x28),
  ADMIN_SUBMISSION_UPPER: reg32(0x2c),
  ADMIN_COMPLETION: reg32(0x30),
  ADMIN_COMPLETION_UPPER: reg32(0x34),
})

/** Where the doorbells start, in bytes. */
export const DOORBELLS = 0x1000

/**
 * The doorbells of the admin queues and of one pair for I/O, one every `stride` bytes: the submission queue's
 * tail, then the completion queue's head. Chapter 3.1.24.
 */
export const doorbells = (stride: number) => {
  const PAIR = registers({ TAIL: reg32(0).wo, HEAD: reg32(stride).wo })
  return registers({ QUEUES: block(0, PAIR).array(2, 2 * stride) })
}
/** Of one pair. */
export type Doorbells = ReturnType<ReturnType<typeof doorbells>['at']>['QUEUES'][0]

/** What Identify Controller answers: chapter 5.15.2.1. Texts are ASCII, with blanks at their end. */
export const IDENTIFY_CONTROLLER = registers({
  VENDOR: reg16(0).ro,
  SERIAL: reg8(4).ro.array(20),
  MODEL: reg8(24).ro.array(40),
  FIRMWARE: reg8(64).ro.array(8),
  /** A transfer has at most 2 to the power of this smallest pages; 0: no limit. */
  MAX_TRANSFER: reg8(77).ro,
  /** How many may be outstanding, less one. */
  ABORT_LIMIT: reg8(258).ro,
  EVENT_LIMIT: reg8(259).ro,
  NAMESPACES: reg32(516).ro,
  VOLATILE_CACHE: reg8(525, { PRESENT: bit(0) }).ro,
})

/** What Identify Namespace answers: chapter 5.15.2.2. */
export const IDENTIFY_NAMESPACE = registers({
  /** In blocks. */
  SIZE: reg32(0).ro,
  SIZE_UPPER: reg32(4).ro,
  FORMAT: reg8(26, { INDEX: bits(3, 0) }).ro,
  FORMATS: reg32(128, {
    METADATA: bits(15, 0),
    /** A block has as many bytes as 2 to the power of this. */
    DATA: bits(23, 16),
  }).ro.array(16),
})

/** Commands for the controller, by their opcodes: chapter 5. */
export const ADMIN = {
  DELETE_SUBMISSION_QUEUE: 0x00,
  CREATE_SUBMISSION_QUEUE: 0x01,
  GET_LOG_PAGE: 0x02,
  DELETE_COMPLETION_QUEUE: 0x04,
  CREATE_COMPLETION_QUEUE: 0x05,
  IDENTIFY: 0x06,
  ABORT: 0x08,
  SET_FEATURES: 0x09,
  ASYNC_EVENT_REQUEST: 0x0c,
} as const

/** Commands for a namespace: chapter 6. */
export const IO = { FLUSH: 0x00, WRITE: 0x01, READ: 0x02 } as const

/** What Identify is to tell of. */
export const IDENTIFY = { NAMESPACE: 0, CONTROLLER: 1 } as const

/** What Set Features sets: a limit, in kelvins; of which events the controller tells. */
export const FEATURE = { TEMPERATURE: 0x04, ASYNC_EVENTS: 0x0b } as const
/** Of those events: what may harm it, or its data. */
export const CRITICAL_WARNINGS = 0x1f

/** A command, as an entry of a submission queue has it. */
export interface Command {
  readonly opcode: number
  /** What the specification calls it. */
  readonly name: string
  readonly namespace?: number
  /** Where its data lies, as the device sees it: a multiple of 4. */
  readonly iova?: number
  /** How much that is. Default 0: no more than lies on one page. */
  readonly bytes?: number
  /** And CDW11, as its upper half. */
  readonly cdw10?: number
  readonly cdw12?: number
  /** The controller answers it when something happens: that may take for ever. */
  readonly isHeld?: boolean
}

const admin = (name: keyof typeof ADMIN, fields: Partial<Command>) => ({
  opcode: ADMIN[name],
  name,
  ...fields,
})

/** How a queue is: in one piece of memory; one that interrupts, by vector 0. */
const CONTIGUOUS = 1
const INTERRUPTS = 2

/** What stands for all namespaces; so long is the log that most events are about, that of the controller's health. */
const ALL = 0xffff_ffff
const LOG_BYTES = 512

/** The commands for the controller: chapter 5. Queues, requests and namespaces are given by their numbers. */
export const COMMANDS = {
  createCompletionQueue: (queue: number, depth: number, iova: number, interrupts: boolean) => {
    const flags = CONTIGUOUS | (interrupts ? INTERRUPTS : 0)
    return admin('CREATE_COMPLETION_QUEUE', { iova, cdw10: wide(queue + (depth - 1) * 2 ** 16, flags) })
  },
  /** It is answered in the completion queue of the same number, which must be there. */
  createSubmissionQueue: (queue: number, depth: number, iova: number) => {
    const flags = CONTIGUOUS | (queue << 16)
    return admin('CREATE_SUBMISSION_QUEUE', { iova, cdw10: wide(queue + (depth - 1) * 2 ** 16, flags) })
  },
  deleteSubmissionQueue: (queue: number) => admin('DELETE_SUBMISSION_QUEUE', { cdw10: queue }),
  deleteCompletionQueue: (queue: number) => admin('DELETE_COMPLETION_QUEUE', { cdw10: queue }),
  /** @param iova the page that the answer goes to */
  identifyController: (iova: number) => admin('IDENTIFY', { iova, cdw10: IDENTIFY.CONTROLLER }),
  identifyNamespace: (namespace: number, iova: number) =>
    admin('IDENTIFY', { namespace, iova, cdw10: IDENTIFY.NAMESPACE }),
  setFeature: (feature: number, value: number) => admin('SET_FEATURES', { cdw10: wide(feature, value) }),
  /** @param page which, its number; @param iova where to, LOG_BYTES of it */
  getLogPage: (page: number, iova: number) =>
    admin('GET_LOG_PAGE', { namespace: ALL, iova, cdw10: (page & 0xff) + (LOG_BYTES / 4 - 1) * 2 ** 16 }),
  requestEvent: () => admin('ASYNC_EVENT_REQUEST', { isHeld: true }),
  abort: (queue: { number: number }, request: { id: number }) =>
    admin('ABORT', { cdw10: queue.number + request.id * 2 ** 16 }),
}

/** Where an entry of a submission queue has what, in bytes: chapter 4.2. */
export const ENTRY = {
  COMMAND: 0,
  NAMESPACE: 4,
  PRP1: 24,
  PRP2: 32,
  CDW10: 40,
  CDW12: 48,
  SIZE: 64,
} as const

/** Writes one. @param id the request's @param secondPage where the second page of data lies, or a list */
export const writeEntry = (
  mem: IoAccess,
  at: number,
  id: number,
  { opcode, namespace = 0, iova = 0, cdw10 = 0, cdw12 = 0 }: Command,
  secondPage: number,
): void => {
  mem.write32(at + ENTRY.COMMAND, (id << 16) | opcode)
  mem.write32(at + ENTRY.NAMESPACE, namespace)
  writeWide(mem, at + ENTRY.PRP1, iova)
  writeWide(mem, at + ENTRY.PRP2, secondPage)
  writeWide(mem, at + ENTRY.CDW10, cdw10)
  mem.write32(at + ENTRY.CDW12, cdw12)
}

/** Where one of a completion queue has what: chapter 4.6. The last word: identifier, phase, status. */
export const COMPLETION = { RESULT: 0, LAST: 12, SIZE: 16 } as const

/** What a status means, its type and code: chapter 4.6.1.2, as far as that helps more than the number. */
const MEANINGS: Readonly<Record<number, string>> = {
  1: 'it does not know the command',
  2: 'a field of the command is wrong',
  4: 'a transfer of data failed',
  6: 'an error of its own',
  7: 'it was aborted, since that was asked for',
  8: 'its queue was deleted',
  11: 'there is no such namespace',
  128: 'a block lies beyond the end of the namespace',
  257: 'there is no such queue',
  261: 'more events are asked for than it has',
  641: 'a block could not be read: its medium is damaged',
}

/** A status in words. */
export const meaningOf = (status: number): string => {
  const meaning = MEANINGS[status] ?? 'see the specification, chapter 4.6.1.2'
  return `${meaning} (status 0x${status.toString(16).padStart(3, '0')})`
}

export const PAGE = 4096

/** A number of two words. */
export const wide = (lower: number, upper: number): number => lower + upper * 2 ** 32

/** Writes one: an address, or a block's number. By two accesses, as a 32-bit process can do it, too. */
export const writeWide = (mem: IoAccess, offset: number, number: number): void => {
  mem.write32(offset, number % 2 ** 32)
  mem.write32(offset + 4, Math.floor(number / 2 ** 32))
}
