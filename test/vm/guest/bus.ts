// node [V8's flags] bus.js TIER: runs every bus case in that tier, between markers that the host finds in the trace.
import assert from 'node:assert/strict'
import { IoMapping, type IoMem } from 'io-mapping'
import { bit, bits, block, reg8, reg16, reg32, reg64, registers } from 'io-mapping/registers'
import { BUS_CASES, type BusCase, COPIED, ELEMENTS, MARKER, NESTED, OFFSET } from '../cases.js'
import { SECTION } from '../sections.js'
import { edu, nvme } from './machine.js'
import { neverOptimise, optimise, prepare, type Tier, tierOf } from './v8.js'

type How = Tier | 'natural'
type Run = (shape: object) => unknown

const how = process.argv[2] as How
let id = Number(process.argv[3])

for (const device of [edu(), nvme()]) device.enable()
const memories = {
  cmb: IoMapping.create(nvme().bar(2)).map(0, 0x100000),
  edu: IoMapping.create(edu().bar(0)).map(0, 0x1000),
}

const fields = { HIGH: bit(7), LOW: bits(3, 0) }
/** The same places as registers. */
const blocks = {
  cmb: registers({
    R8: reg8(OFFSET, fields),
    R16: reg16(OFFSET, fields).overlaps,
    R32: reg32(OFFSET, fields).overlaps,
    R64: reg64(OFFSET, fields).overlaps,
    N: block(
      NESTED,
      registers({
        A: reg8(0),
        FIFO: reg32(4).ro.rx,
        OTHER: reg16(4).overlaps,
        KICK: reg32(8).wo,
        B: reg16(12).array(2),
      }),
    ),
  }).at(memories.cmb),
  edu: registers({ STATUS: reg32(0x20, { COMPUTING: bit(0).ro }) }).at(memories.edu),
}
type Registers = (typeof blocks)[keyof typeof blocks]

/** What a case is given to read into and write from. */
const data = () => ({
  bytes: new Uint8Array(COPIED),
  elements: {
    1: new Uint8Array(ELEMENTS),
    2: new Uint16Array(ELEMENTS),
    4: new Uint32Array(ELEMENTS),
    8: new BigUint64Array(ELEMENTS),
  },
})
const usual = () => ({ x: 1, ...data() })
const strange = () => ({ other: 0, x: 1, ...data() })

/** Each as V8 meets it: the window an argument, and a constant of the surrounding function. */
const forms: Record<
  string,
  (each: BusCase, mem: IoMem, regs: Registers) => { call: Run; compiled: unknown }
> = {
  argument: (each, mem, regs) => {
    const compiled = new Function('mem', 'regs', 'shape', each.source)
    // Its own text for each, else V8 would give all the code that it optimised for the first.
    const call = new Function(
      'compiled',
      'mem',
      'regs',
      `/* ${id} */ return shape => compiled(mem, regs, shape)`,
    )(compiled, mem, regs)
    return { call, compiled }
  },
  captured: (each, mem, regs) => {
    const compiled = new Function('mem', 'regs', `return shape => { ${each.source} }`)(mem, regs)
    return { call: compiled, compiled }
  },
}

const measure = (each: BusCase, form: string, times: () => number): void => {
  memories.cmb.fill(0, { length: 0x1000, width: 8 })
  memories.cmb.write32(MARKER, id * 2)
  const count = times()
  memories.cmb.write32(MARKER, id * 2 + 1)
  console.log(SECTION + JSON.stringify({ id, case: each.name, how: `${how}, ${form}`, times: count }))
  id++
}

const ATTEMPTS = 10

/** Compiled by that tier, then measured once. */
const forced = (each: BusCase, form: string, tier: 'maglev' | 'turbofan'): void => {
  const { call, compiled } = forms[form]?.(each, memories[each.device], blocks[each.device]) ?? assert.fail()
  // What it inlines may be so new that V8 knows too little of it: then the code is thrown away, and the next knows more.
  for (let i = 0; i < ATTEMPTS && tierOf(compiled) !== tier; i++) {
    prepare(compiled)
    for (let k = 0; k < 5; k++) call(usual())
    optimise(compiled, tier)
    call(usual())
  }
  assert.equal(tierOf(compiled), tier, `${each.name}, ${form}: not optimised`)
  measure(each, form, () => {
    call(each.deoptimises ? strange() : usual())
    return 1
  })
  const kept = tierOf(compiled) === tier
  assert.equal(
    kept,
    !each.deoptimises,
    `${each.name}, ${form}: ${kept ? 'did not deoptimise' : 'deoptimised'}`,
  )
}

/** Calls `run` until V8 has optimised it by itself, and ten times more; says how often. */
const untilOptimised = neverOptimise((call: Run): number => {
  let count = 0
  for (; count < 20_000 && tierOf(call) !== 'turbofan'; count++) call(usual())
  for (let i = 0; i < 10; i++, count++) call(usual())
  return count
})

/** Called as often as V8 needs to optimise it by itself; every call is measured. */
const natural = (each: BusCase, form: string): void => {
  if (each.deoptimises) return
  const { call } = forms[form]?.(each, memories[each.device], blocks[each.device]) ?? assert.fail()
  measure(each, form, () => untilOptimised(call))
  assert.equal(tierOf(call), 'turbofan', `${each.name}, ${form}: not optimised after 20,000 calls`)
}

/** In the tier that V8's flags hold it to. */
const held = (each: BusCase, form: string, tier: Tier): void => {
  const { call, compiled } = forms[form]?.(each, memories[each.device], blocks[each.device]) ?? assert.fail()
  call(usual())
  measure(each, form, () => {
    call(usual())
    return 1
  })
  assert.equal(tierOf(compiled), tier, `${each.name}, ${form}`)
}

for (const each of BUS_CASES) {
  for (const form of Object.keys(forms)) {
    if (how === 'natural') natural(each, form)
    else if (how === 'maglev' || how === 'turbofan') forced(each, form, how)
    else held(each, form, how)
  }
}
