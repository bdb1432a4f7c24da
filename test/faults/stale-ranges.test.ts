// A range outlives its memory until the collector tells. Meanwhile V8 may give the address space to another WebAssembly.Memory, and
// what that one's module does is none of ours: with no descriptor left, and where there is no /proc.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Ended, runModule } from '../support/child.js'
import { withoutProc } from '../support/namespaces.js'
import { needs64 } from '../support/widths.js'

/** Mappings are dropped and collected, memories made in their place, and each of those is accessed behind its end. */
const TRAP = `
  import { readFileSync, openSync } from 'node:fs'
  import { IoMapping } from 'io-mapping'
  const module = new WebAssembly.Module(Uint8Array.of(0,97,115,109,1,0,0,0, 1,6,1,96,1,127,1,127, 2,8,1,1,109,1,109,2,0,1,
    3,2,1,0, 7,5,1,1,102,0,0, 10,9,1,7,0,32,0,40,2,0,11))
  let mappings = []
  for (let i = 0; i < 40; i++) mappings.push(IoMapping.create('memory:64M'))
  const views = mappings.map(each => each.map(0).u8[0])
  mappings = undefined
  if (process.argv.includes('exhaust')) try { for (;;) openSync('/dev/null') } catch {}
  for (let i = 0; i < 3; i++) gc() // finalizers wait for the event loop to turn
  const memories = Array.from({ length: 40 }, () => new WebAssembly.Memory({ initial: 1, maximum: 2000 }))
  for (const each of memories) new Uint8Array(each.buffer).fill(7)
  let traps = 0
  for (const m of memories) {
    const { f } = new WebAssembly.Instance(module, { m: { m } }).exports
    try { f(65536 + 8192) } catch { traps++ }
  }
  const wiped = memories.filter(each => new Uint8Array(each.buffer)[100] !== 7).length
  console.log(traps, 'trapped,', wiped, 'wiped')`

const skip = needs64('memory that traps without a check')

const check = ({ stdout, stderr }: Pick<Ended, 'stdout' | 'stderr'>): void =>
  assert.equal(stdout, '40 trapped, 0 wiped\n', stderr)

describe('memory that lies where a dropped mapping lay', { skip }, () => {
  test('with no descriptor left', async () => {
    check(await runModule(TRAP, { flags: ['--expose-gc'], args: ['exhaust'], ulimit: '-n 512' }))
  })

  test('where there is no /proc', t =>
    withoutProc(t, async within => check(await runModule(TRAP, { flags: ['--expose-gc'], within }))))
})
