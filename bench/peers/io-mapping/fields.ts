// What a description of registers costs: a field's read in a hot loop, beside the bare read32 of the same register.
import type { IoMem } from 'io-mapping'
import { bit, bits, enumeration, reg32, registers } from 'io-mapping/registers'
import { type Case, type Given, timed } from '../serve.js'
import { mappingOf } from './aperture.js'

const OFFSET = 0x20
const BLOCK = registers({
  STATUS: reg32(OFFSET, {
    BUSY: bit(0),
    MODE: enumeration(5, 4, { IDLE: 0, RUN: 1, STOP: 2 }),
    COUNT: bits(15, 8),
  }),
  QUEUES: reg32(0x100, { LENGTH: bits(7, 0) }).array(8),
})
let sink = 0

/** Runs `loop` over a block, and over the window it lies in. */
const over =
  (loop: (block: ReturnType<typeof BLOCK.at>, mem: IoMem, n: number) => number): Case =>
  (given: Given) => {
    const mem = mappingOf(given).map(0)
    const block = BLOCK.at(mem)
    return timed(n => {
      sink = loop(block, mem, n)
    })
  }

const bare = over((_block, mem, n) => {
  let count = 0
  for (let i = 0; i < n; i++) if ((mem.read32(OFFSET) & 1) !== 0) count++
  return count
})

const flag = over((block, _mem, n) => {
  let count = 0
  for (let i = 0; i < n; i++) if (block.STATUS.BUSY.read()) count++
  return count
})

const number = over((block, _mem, n) => {
  let sum = 0
  for (let i = 0; i < n; i++) sum += block.STATUS.COUNT.read()
  return sum
})

const name = over((block, _mem, n) => {
  let count = 0
  for (let i = 0; i < n; i++) if (block.STATUS.MODE.read() === 'RUN') count++
  return count
})

const element = over((block, _mem, n) => {
  let sum = 0
  for (let i = 0; i < n; i++) sum += block.QUEUES[3].LENGTH.read()
  return sum
})

const named = over((block, _mem, n) => {
  const { LENGTH } = block.QUEUES[3]
  let sum = 0
  for (let i = 0; i < n; i++) sum += LENGTH.read()
  return sum
})

const whole = over((block, _mem, n) => {
  let count = 0
  for (let i = 0; i < n; i++) if (block.STATUS.read().BUSY) count++
  return count
})

const modify = over((block, _mem, n) => {
  for (let i = 0; i < n; i++) block.STATUS.modify({ COUNT: i & 0xff })
  return 0
})

export const fieldCases: Readonly<Record<string, Case>> = {
  'field-bare': bare,
  'field-flag': flag,
  'field-number': number,
  'field-name': name,
  'field-element': element,
  'field-named': named,
  'register-read': whole,
  'register-modify': modify,
}
export { sink }
