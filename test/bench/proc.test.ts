import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { parseCpuTime } from '../../bench/cpu-time.js'
import { parseInterrupts } from '../../bench/interrupts.js'

const INTERRUPTS = `           CPU0       CPU1
  4:         12          0   IO-APIC   4-edge      ttyS0
RES:         77         99   Rescheduling interrupts
CAL:    3962013    3913577   Function call interrupts
TLB:    1875891    1872769   TLB shootdowns
ERR:          0
`

describe('/proc/interrupts', () => {
  test('is summed over the processors', () => {
    assert.deepEqual(parseInterrupts(INTERRUPTS), { tlb: 1875891 + 1872769, calls: 3962013 + 3913577 })
  })

  test('without such interrupts there is no number', () => {
    const { tlb, calls } = parseInterrupts('           CPU0\nLOC:  5   Local timer interrupts\n')
    assert.ok(Number.isNaN(tlb) && Number.isNaN(calls))
  })
})

test('the processor time of a process is that of its user and system mode, whatever its name is', () => {
  const text = '42 (a (b) c) S 1 42 42 0 -1 4194560 100 0 0 0 25 17 0 0 20 0 11 0 5000 1000000 200'
  assert.equal(parseCpuTime(text), (25 + 17) * 10_000_000)
})
