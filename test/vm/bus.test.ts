// Bus truth: every read and write reaches the device exactly once, at its width, in order, in every tier of V8.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type NodeLine, runGuest, type TraceEntry } from '../../vm/guest.js'
import { type Access, BUS_CASES, MARKER, type Section } from './cases.js'
import { sectionsOf, showEntry, split } from './sections.js'
import { guestTests } from './support.js'

const CMB_SIZE = 0x100000
const CASES = new Map(BUS_CASES.map(each => [each.name, each]))
const ONLY_THERE = ['nvme-cmb', 'edu-mmio']

/** V8's flags for each tier; `natural` only makes V8 impatient. */
const tiersOf = (line: NodeLine): Record<string, string> => ({
  interpreted: '--no-opt --no-maglev --no-sparkplug',
  baseline: '--no-opt --no-maglev --always-sparkplug',
  // Those of Node 20 and 22 are built without it ("Maglev is not enabled").
  ...(line >= 24 ? { maglev: '--maglev' } : {}),
  turbofan: '',
  natural: `--no-concurrent-recompilation ${line === 20 ? '--interrupt-budget=2000' : '--invocation-count-for-turbofan=600'}`,
})

guestTests('the bus trace', ({ arch, line, name }) => {
  test(`${name}: each access once, at its width, in order, in each tier`, {
    timeout: 1_260_000,
  }, async () => {
    const tiers = Object.entries(tiersOf(line))
    const steps = tiers.map(
      ([tier, flags], i) =>
        `node --allow-natives-syntax ${flags} build/test/vm/guest/bus.js ${tier} ${(i + 1) * 10_000}`,
    )
    const { status, output, trace } = await runGuest({
      command: ['sh', '-c', steps.join(' && ')],
      arch,
      node: line,
      trace: ONLY_THERE,
      timeoutSeconds: 1200,
    })
    assert.equal(status, 0, output.slice(-2000))
    const sections = sectionsOf<Section>(output)
    assert.ok(sections.length >= BUS_CASES.length * tiers.length, `only ${sections.length} sections`)
    const measured = split(trace, isMarker)
    for (const section of sections) check(section, measured)
  })
})

const isMarker = ({ region, address }: TraceEntry) => region === 'nvme-cmb' && address % CMB_SIZE === MARKER

const check = ({ id, case: name, how, times }: Section, measured: Map<number, TraceEntry[]>): void => {
  const expected = CASES.get(name)?.accesses ?? assert.fail(`no case ${name}`)
  const seen = measured.get(id) ?? assert.fail(`${name} (${how}): no markers in the trace`)
  const what = `${name} (${how})`
  assert.equal(
    seen.length,
    expected.length * times,
    `${what}: number of accesses\n${seen.slice(0, 8).map(showEntry).join('\n')}`,
  )
  seen.forEach((entry, i) => {
    const wanted = expected[i % expected.length] as Access
    const offset = entry.address % (entry.region === 'edu-mmio' ? 0x1000 : CMB_SIZE)
    const same =
      entry.kind === wanted.kind &&
      entry.size === wanted.size &&
      offset === wanted.offset &&
      (wanted.value === undefined || entry.value === wanted.value)
    assert.ok(
      same,
      `${what}: access ${i} was ${showEntry(entry)}, not ${JSON.stringify(wanted, (_, v) => (typeof v === 'bigint' ? `${v}` : v))}`,
    )
  })
}
