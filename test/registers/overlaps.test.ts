// Two registers on the same bytes are a mistake, unless they say that they are not.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { IoMapping } from 'io-mapping'
import {
  type Block,
  bit,
  block,
  findOverlaps,
  type Parts,
  reg8,
  reg16,
  reg32,
  reg64,
  registers,
} from 'io-mapping/registers'
import { throwsCode } from '../support/errors.js'

const PAIR = registers({ A: reg32(0), B: reg32(4) })
const SPARSE = registers({ A: reg32(0), B: reg32(0x100) })

const refused: [string, Parts, RegExp][] = [
  ['at one offset', { A: reg32(4), B: reg32(4) }, /B \(bytes 0x4 to 0x7\) lies on A \(bytes 0x4 to 0x7\)/],
  [
    'of different widths',
    { A: reg64(0), B: reg16(6) },
    /B \(bytes 0x6 to 0x7\) lies on A \(bytes 0x0 to 0x7\)/,
  ],
  ['the narrow one first', { A: reg8(3), B: reg32(0) }, /A \(bytes 0x3 to 0x3\) lies on B/],
  ['two that are read', { A: reg32(0).ro, B: reg32(0).ro }, /B .* lies on A/],
  ['two that are written', { A: reg32(0).wo, B: reg32(0, { X: bit(0).wo }) }, /B .* lies on A/],
  ['one of which is read and written', { A: reg32(0), B: reg32(0).wo }, /B .* lies on A/],
  ['in an array', { A: reg32(0).array(4), B: reg16(0xa) }, /B .* lies on A\[2\] \(bytes 0x8 to 0xb\)/],
  ['in two arrays', { A: reg32(0).array(9, 12), B: reg32(4).array(9, 16) }, /lies on/],
  ['in a block', { A: reg32(0x14), N: block(0x10, PAIR) }, /A .* lies on N\.B|N\.B .* lies on A/],
  [
    'in two blocks',
    {
      N: block(0x10, SPARSE),
      M: block(0x108, SPARSE),
      O: block(0x104, registers({ Z: reg8(0xf) })),
    },
    /O\.Z .*lies on N\.B/,
  ],
  ['in an array of blocks', { N: block(0, PAIR).array(4, 0x10), A: reg32(0x24) }, /A .* lies on N\[2\]\.B/],
  ['of elements of an array', { N: block(0, PAIR).array(3, 4) }, /lies on N\[0\]/],
  [
    'of elements that are far apart',
    { N: block(0, SPARSE).array(0x41, 4) },
    /N\[64\]\.A .*lies on N\[0\]\.B/,
  ],
]

describe('ERR_IO_ARGUMENT: registers on the same bytes', () => {
  for (const [what, parts, told] of refused) {
    test(what, () => {
      const { message } = throwsCode('ERR_IO_ARGUMENT', 'registers: ', () => registers(parts))
      assert.match(message, told)
      assert.match(message, /\.overlaps/)
    })
  }
})

const taken: [string, Parts][] = [
  ['that touch', { A: reg8(3), B: reg32(4), C: reg16(8), D: reg64(16), E: reg8(10) }],
  ['a read-only and a write-only one', { A: reg32(0).ro, B: reg32(0).wo }],
  ['sides that the fields make', { A: reg32(0, { X: bit(0).ro }), B: reg32(0, { Y: bit(3).wo }) }],
  ['one of them says so', { A: reg32(0), B: reg32(0).overlaps, C: reg16(2).overlaps }],
  ['the first says so', { A: reg32(0).overlaps, B: reg32(0) }],
  ['an array says so', { A: reg32(0), B: reg8(0).overlaps.array(4) }],
  ['a block says so', { A: reg32(0), N: block(0, PAIR).overlaps, M: block(0, PAIR).overlaps.array(2, 4) }],
  [
    'a register in a block says so',
    { A: reg32(0), N: block(0, registers({ A: reg32(0).overlaps, B: reg32(4) })) },
  ],
  ['arrays that interleave', { A: reg32(0).array(100, 8), B: reg32(4).array(100, 8) }],
  ['blocks that interleave', { N: block(0, SPARSE), M: block(0x80, SPARSE), O: block(4, SPARSE) }],
  ['elements that interleave', { N: block(0, SPARSE).array(0x40, 4) }],
  ['one between an array’s elements', { A: reg32(0).array(4, 0x10), B: reg32(0x14), C: reg32(0x18) }],
  ['after a long one', { L: reg32(0).array(3, 0x100), A: reg32(4), B: reg32(0x104), C: reg32(0x204) }],
]

describe('accepted', () => {
  for (const [what, parts] of taken) test(what, () => assert.equal(typeof registers(parts).at, 'function'))
})

test('overlaps changes nothing else: of modes, resets, arrays; whatever comes first', () => {
  const { A, B, C } = registers({
    A: reg16(0, { X: bit(0).w1c }),
    B: reg16(0, { X: bit(1) }).overlaps.ro,
    C: reg16(0).reset(7).overlaps.array(2),
  }).at(IoMapping.create('memory:4K').map(0))
  C[0].write(3)
  assert.deepEqual(B.read(), { X: true })
  A.write({ X: true })
  assert.equal(C[0].read(), 1)
  assert.throws(() => (B as unknown as typeof A).write({}), { code: 'ERR_IO_READ_ONLY' })
})

test('findOverlaps: the parts that should say so, and no others', () => {
  const parts = {
    A: reg32(0),
    B: reg32(0).overlaps,
    C: reg32(0).ro,
    D: reg32(4),
    E: reg16(6),
    F: block(0, PAIR),
  }
  const names = findOverlaps(parts)
  assert.deepEqual(names, ['C', 'F', 'E'])
  const mended: Parts = { ...parts, C: parts.C.overlaps, E: parts.E.overlaps, F: parts.F.overlaps }
  assert.deepEqual(findOverlaps(mended), [])
  registers(mended)
  assert.throws(() => findOverlaps({ A: 5 as never }), { code: 'ERR_IO_ARGUMENT' })
})

test('against a simple look at every byte, for many descriptions', () => {
  let seed = 1
  const random = (most: number) => (seed = (seed * 48271) % 0x7fffffff) % most
  const WIDTHS = [reg8, reg16, reg32] as const
  const registerAt = () => {
    const width = random(3)
    const made = WIDTHS[width]?.((random(16) << width) * 1) ?? assert.fail()
    const sided = [made, made, made, made.ro, made.wo][random(5)] ?? made
    return sided
  }
  const partsOf = (depth: number): Parts => {
    const count = 1 + random(3)
    return Object.fromEntries(
      Array.from({ length: count }, (_, i) => {
        const nested = depth > 0 && random(3) === 0
        const inside = nested ? described(depth - 1) : undefined
        const part = inside ? block(random(32), inside) : registerAt()
        return [`P${i}`, random(3) === 0 ? part.array(1 + random(4), 4 + random(4) * 4) : part]
      }),
    )
  }
  const described = (depth: number): Block<Parts> | undefined => {
    try {
      return registers(partsOf(depth))
    } catch {
      return undefined
    }
  }
  let [good, bad] = [0, 0]
  for (let i = 0; i < 3000; i++) {
    const parts = partsOf(2)
    if (isRefused(parts)) bad++
    else good++
  }
  assert.ok(good > 200 && bad > 200, `${good} good, ${bad} bad`)
})

/** Whether it is refused, which must be what a look at every byte says. */
const isRefused = (parts: Parts): boolean => {
  const spec = registers({}) as unknown as { constructor: new (parts: Parts, order: string) => Spec }
  const all = [...new spec.constructor(parts, 'little').find({ base: 0, path: '' })]
  const [read, written] = [new Set<number>(), new Set<number>()]
  let clash = false
  for (const { plan, offset } of all) {
    for (let at = offset; at < offset + plan.bits / 8; at++) {
      if ((plan.readable && read.has(at)) || (plan.writable && written.has(at))) clash = true
    }
    for (let at = offset; at < offset + plan.bits / 8; at++) {
      if (plan.readable) read.add(at)
      if (plan.writable) written.add(at)
    }
  }
  assert.equal(
    findOverlaps(parts).length > 0,
    clash,
    JSON.stringify(all.map(({ path, offset }) => [path, offset])),
  )
  return clash
}

interface Spec {
  find(origin: { base: number; path: string }): Iterable<{
    readonly path: string
    readonly offset: number
    readonly plan: { readonly bits: number; readonly readable: boolean; readonly writable: boolean }
  }>
}

test('tens of thousands of registers are looked at soon', () => {
  const many = (count: number, at: (i: number) => number) =>
    Object.fromEntries(Array.from({ length: count }, (_, i) => [`R${i}`, reg32(at(i))]))
  const start = performance.now()
  registers(many(50_000, i => 4 * i))
  registers({ ...many(20_000, i => 8 * i), BETWEEN: reg32(4).array(20_000, 8) })
  registers({
    N: block(0, registers(many(20_000, i => 8 * i))),
    M: block(4, registers(many(20_000, i => 8 * i))),
  })
  registers({ N: block(0, registers(many(1000, i => 0x1000 * i))).array(1000, 4) })
  assert.throws(() => registers(many(50_000, () => 0)), { code: 'ERR_IO_ARGUMENT' })
  assert.equal(findOverlaps(many(50_000, () => 0)).length, 49_999)
  assert.ok(performance.now() - start < 5000, `${performance.now() - start} ms`)
})
