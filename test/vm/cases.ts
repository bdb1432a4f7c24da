// The accesses that the bus trace is to show, case by case. The guest runs each `source`; the host compares.

/** One access, as the device saw it: `offset` is from its BAR's start. */
export interface Access {
  readonly kind: 'read' | 'write'
  readonly offset: number
  readonly size: number
  /** For writes. */
  readonly value?: bigint
}

export interface BusCase {
  readonly name: string
  /** Whose BAR `mem` maps. */
  readonly device: 'cmb' | 'edu'
  /** The body of a function of `mem`, the window, `regs`, the same as registers, and `shape`, an object with a property x. */
  readonly source: string
  readonly accesses: readonly Access[]
  /** Whether the measured call is to give up its optimised code, because `shape` is another than before. */
  readonly deoptimises?: boolean
}

export const OFFSET = 0x40
const POLLS = 100

const read = (size: number, offset = OFFSET): Access => ({ kind: 'read', offset, size })
const write = (size: number, value: number, offset = OFFSET): Access => ({
  kind: 'write',
  offset,
  size,
  value: BigInt(value),
})
const times = (count: number, access: Access): Access[] => new Array(count).fill(access)

/** The cases of one width, on memory that takes every width. */
const casesOf = (size: 1 | 2 | 4 | 8): BusCase[] => {
  const bits = size * 8
  const big = size === 8 ? 'n' : ''
  const get = `mem.read${bits}(${OFFSET})`
  const put = (value: number, offset: number | string = OFFSET) =>
    `mem.write${bits}(${offset}, ${value}${big})`
  const cases: [name: string, source: string, accesses: Access[], deoptimises?: boolean][] = [
    ['read, used', `return ${get}`, [read(size)]],
    ['read, unused', get, [read(size)]],
    ['read, repeated', `return ${get} === ${get}`, times(2, read(size))],
    ['read, added to itself', `const a = ${get}; return a + a`, [read(size)]],
    ['read, polled', `let n = 0; while (n < ${POLLS} && !${get}) n++; return n`, times(POLLS, read(size))],
    ['read, one bit tested', `return ${get} & 0x80${big} ? 1 : 0`, [read(size)]],
    ['read, low byte kept', `return ${get} & 0xff${big}`, [read(size)]],
    ['read, then a deoptimisation', `const v = ${get}; return [v, shape.x]`, [read(size)], true],
    ['write', put(0x21), [write(size, 0x21)]],
    ['write, repeated', `${put(0x21)}; ${put(0x21)}`, times(2, write(size, 0x21))],
    ['write, overwritten', `${put(0x21)}; ${put(0x42)}`, [write(size, 0x21), write(size, 0x42)]],
    ['write, ascending', `for (let i = 0; i < 8; i++) ${put(7, `${OFFSET} + i * ${size}`)}`, ascending(size)],
    ['write, then read', `${put(0x21)}; return ${get}`, [write(size, 0x21), read(size)]],
    ['read, then write back', `mem.write${bits}(${OFFSET}, ${get})`, [read(size), write(size, 0)]],
    ['write, then a deoptimisation', `${put(0x21)}; return shape.x`, [write(size, 0x21)], true],
    ['write, after a deoptimisation', `const x = shape.x; ${put(0x21)}; return x`, [write(size, 0x21)], true],
    ['copyTo, exact', `mem.copyTo(shape.bytes, { offset: ${OFFSET}, width: ${size} })`, copied(size, 'read')],
    [
      'copyFrom, exact',
      `mem.copyFrom(shape.bytes, { offset: ${OFFSET}, width: ${size} })`,
      copied(size, 'write'),
    ],
    [
      'fill, exact',
      `mem.fill(0, { offset: ${OFFSET}, length: ${COPIED}, width: ${size} })`,
      copied(size, 'write'),
    ],
    ['readFifo', `mem.readFifo(${OFFSET}, shape.elements[${size}])`, times(ELEMENTS, read(size))],
    ['writeFifo', `mem.writeFifo(${OFFSET}, shape.elements[${size}])`, times(ELEMENTS, write(size, 0))],
  ]
  return cases.map(([name, source, accesses, deoptimises = false]) => ({
    name: `${bits}-bit ${name}`,
    device: 'cmb',
    source,
    accesses,
    deoptimises,
  }))
}

/** How many bytes the exact copies move: `shape.bytes` has as many, all zeros. */
export const COPIED = 32

/** How many elements a FIFO's copies move: `shape.elements` has arrays of as many, all zeros, by their width. */
export const ELEMENTS = 7

function ascending(size: number): Access[] {
  return Array.from({ length: 8 }, (_, i) => write(size, 7, OFFSET + i * size))
}

function copied(size: number, kind: 'read' | 'write'): Access[] {
  return Array.from({ length: COPIED / size }, (_, i) =>
    kind === 'read' ? read(size, OFFSET + i * size) : write(size, 0, OFFSET + i * size),
  )
}

/** The same through registers and fields: HIGH is bit 7, LOW bits 3 to 0. */
const registerCasesOf = (size: 1 | 2 | 4 | 8): BusCase[] => {
  const name = `R${size * 8}`
  const both = [read(size), write(size, 5)]
  const cases: [name: string, source: string, accesses: Access[], deoptimises?: boolean][] = [
    ['register read, used', `return regs.${name}.read().LOW`, [read(size)]],
    ['register read, unused', `regs.${name}.read()`, [read(size)]],
    ['field read, used', `return regs.${name}.LOW.read()`, [read(size)]],
    ['field read, unused', `regs.${name}.HIGH.read()`, [read(size)]],
    ['field read, one bit tested', `return regs.${name}.HIGH.read() ? 1 : 0`, [read(size)]],
    [
      'field read, polled',
      `let n = 0; while (n < ${POLLS} && !regs.${name}.HIGH.read()) n++; return n`,
      times(POLLS, read(size)),
    ],
    [
      'field read, then a deoptimisation',
      `const v = regs.${name}.LOW.read(); return [v, shape.x]`,
      [read(size)],
      true,
    ],
    ['register write', `regs.${name}.write({ LOW: 5 })`, [write(size, 5)]],
    ['register modify', `regs.${name}.modify({ LOW: 5 })`, both],
    ['field write', `regs.${name}.LOW.write(5)`, both],
  ]
  // All for the width that is most used; of the others what differs by width.
  const some =
    size === 4 ? cases : cases.filter(([what]) => what === 'field read, used' || what === 'field write')
  return some.map(([what, source, accesses, deoptimises = false]) => ({
    name: `${size * 8}-bit ${what}`,
    device: 'cmb',
    source,
    accesses,
    deoptimises,
  }))
}

/** On registers with side effects, 4 and 8 bytes wide. */
const EDU: BusCase[] = [
  { name: 'edu: identity', device: 'edu', source: 'return mem.read32(0)', accesses: [read(4, 0)] },
  {
    name: 'edu: liveness',
    device: 'edu',
    source: 'mem.write32(4, 0x12345678); return mem.read32(4)',
    accesses: [write(4, 0x12345678, 4), read(4, 4)],
  },
  {
    name: 'edu: a 64-bit register',
    device: 'edu',
    source: 'mem.write64(0x80, 0x1000n); return mem.read64(0x80)',
    accesses: [write(8, 0x1000, 0x80), read(8, 0x80)],
  },
  {
    name: 'edu: a field',
    device: 'edu',
    source: 'return regs.STATUS.COMPUTING.read()',
    accesses: [read(4, 0x20)],
  },
]

const WIDTHS = [1, 2, 4, 8] as const

/** Where the nested block starts. */
export const NESTED = 0x80

/** All of a block that may be read. */
const BLOCKS: BusCase[] = [
  {
    name: 'a block read, all that is safe',
    device: 'cmb',
    source: 'return regs.N.read().A',
    accesses: [read(1, NESTED), read(2, NESTED + 12), read(2, NESTED + 14)],
  },
]

export const BUS_CASES: readonly BusCase[] = [
  ...WIDTHS.flatMap(casesOf),
  ...WIDTHS.flatMap(registerCasesOf),
  ...BLOCKS,
  ...EDU,
]

/** A marker is a write to here, in the CMB. */
export const MARKER = 0xffff8

/** What the guest says of a section. */
export interface Section {
  readonly id: number
  readonly case: string
  /** How the function was run, for messages. */
  readonly how: string
  /** How many times. */
  readonly times: number
}
