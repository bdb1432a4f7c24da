// What the compiler made of the exact copies: each turn of a loop is one load and one store, of the width that was asked for.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { ROOT } from '../support/root.js'

interface Instruction {
  readonly address: number
  readonly mnemonic: string
  readonly operands: string
}

/** The instructions of each function, by its name. */
const disassemble = (path: string): Map<string, Instruction[]> => {
  const text = execFileSync('objdump', ['-d', '--no-show-raw-insn', path], {
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  })
  const functions = new Map<string, Instruction[]>()
  let current: Instruction[] = []
  for (const line of text.split('\n')) {
    const name = /^[0-9a-f]+ <(.+)>:$/.exec(line)?.[1]
    if (name !== undefined) functions.set(name, (current = []))
    const [, address, mnemonic, operands = ''] = /^ *([0-9a-f]+):\t(\S+)(?: +(.*))?$/.exec(line) ?? []
    if (address !== undefined && mnemonic !== undefined)
      current.push({ address: Number.parseInt(address, 16), mnemonic, operands })
  }
  return functions
}

/** The innermost loops: what lies between a jump and its target before it, without such a jump between. */
const loopsOf = (code: readonly Instruction[]): Instruction[][] => {
  const loops = code.flatMap(({ mnemonic, operands, address }, end) => {
    const target = mnemonic.startsWith('j') ? Number.parseInt(operands, 16) : Number.NaN
    const start = code.findIndex(each => each.address === target)
    return start >= 0 && target <= address ? [{ start, end }] : []
  })
  return loops
    .filter(({ start, end }) => !loops.some(other => other.start >= start && other.end < end))
    .map(({ start, end }) => code.slice(start, end + 1))
}

const SUFFIXES: readonly [RegExp, number][] = [
  [/^movzbl|^movzb|%[abcd][lh]\b|%r?(8|9|1\d)b\b|%(si|di)l\b/, 1],
  [/^movzwl|^movzw|%(ax|bx|cx|dx|si|di)\b|%r\d+w\b/, 2],
  [/%e[a-ds][xip]|%r\d+d\b/, 4],
  [/%xmm/, 16],
  [/./, 8],
]

/** A register operand, without the addresses in brackets, tells the width. */
const widthOf = ({ mnemonic, operands }: Instruction): number => {
  const bare = `${mnemonic} ${operands.replace(/-?(0x[0-9a-f]+)?\([^)]*\)/g, '')}`
  return SUFFIXES.find(([pattern]) => pattern.test(bare))?.[1] ?? 0
}

/** The loads and stores of a loop, each by its width in bytes. */
const memoryAccesses = (loop: readonly Instruction[]) => {
  const moves = loop.filter(
    ({ mnemonic, operands }) => /\(/.test(operands) && !/^(lea|nop|cs|data16)/.test(mnemonic),
  )
  const isStore = ({ operands }: Instruction) => operands.endsWith(')')
  return {
    loads: moves.filter(each => !isStore(each)).map(widthOf),
    stores: moves.filter(isStore).map(widthOf),
  }
}

const missing =
  process.arch !== 'x64'
    ? `the loops are read in x64 code, not ${process.arch}`
    : existsSync('/usr/bin/objdump')
      ? undefined
      : 'NOT TESTED: the copies’ machine code needs objdump (Debian: apt-get install binutils)'
if (missing?.startsWith('NOT TESTED')) {
  assert.ok(!process.env.CI, missing)
  console.error(`io-mapping: ${missing}`)
}

describe('the addon’s machine code', { skip: missing ?? false }, () => {
  const code =
    missing === undefined ? disassemble(join(ROOT, 'build/symbols/linux-x64/io-mapping.node')) : new Map()
  const bodyOf = (name: string): Instruction[] => code.get(name) ?? assert.fail(`no function ${name}`)
  const loopOf = (name: string) => {
    const loops = loopsOf(bodyOf(name))
    assert.equal(loops.length, 1, `${name} has one loop`)
    return loops[0] as Instruction[]
  }

  for (const width of [1, 2, 4, 8]) {
    test(`copies of width ${width}: one load, one store`, () => {
      for (const direction of ['read', 'write', 'read_fifo', 'write_fifo']) {
        const accesses = memoryAccesses(loopOf(`${direction}_${width * 8}`))
        assert.deepEqual(accesses, { loads: [width], stores: [width] }, direction)
      }
      assert.deepEqual(memoryAccesses(loopOf(`fill_${width * 8}`)), { loads: [], stores: [width] })
    })
  }

  test('from write-combining memory by streaming loads; to it by four stores of 16 bytes a line', () => {
    const reading = loopOf('stream_blocks')
    assert.equal(reading.filter(({ mnemonic }) => mnemonic === 'movntdqa').length, 1)
    assert.deepEqual(memoryAccesses(reading), { loads: [16], stores: [16] })
    const uncached = loopOf('read_blocks')
    assert.ok(
      !uncached.some(({ mnemonic }) => mnemonic === 'movntdqa'),
      'hosts of virtual machines can’t emulate it',
    )
    assert.deepEqual(memoryAccesses(uncached), { loads: [16], stores: [16] })
    const writing = memoryAccesses(loopOf('write_lines'))
    assert.ok(writing.stores.length > 0 && writing.stores.every(width => width === 16), `${writing.stores}`)
  })

  test('the fences: flush() is sfence', () => {
    for (const [name, fence] of [
      ['wmb', 'sfence'],
      ['rmb', 'lfence'],
      ['mb', 'mfence'],
    ] as const)
      assert.ok(
        bodyOf(name).some(({ mnemonic }) => mnemonic === fence),
        name,
      )
    const streaming = bodyOf('stream_from_device').map(({ mnemonic }) => mnemonic)
    assert.equal(
      streaming.filter(mnemonic => mnemonic === 'mfence').length,
      2,
      'before the loads, and after them',
    )
  })
})
