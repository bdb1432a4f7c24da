// Copies from and to write-combining and uncached memory: each byte of the device once, in ascending order, and no other.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runGuest, type TraceEntry } from '../../vm/guest.js'
import { type CopySection, MARKER } from './copy-cases.js'
import { sectionsOf, showEntry, split } from './sections.js'
import { guestTests } from './support.js'

const CMB_SIZE = 0x100000
const LINE = 64
const isMarker = ({ region, address }: TraceEntry) => region === 'edu-mmio' && address % 0x1000 === MARKER

const programs = ['write-combining 0', 'uncached 1000'].map(
  args => `node build/test/vm/guest/copies.js ${args}`,
)

guestTests('the copies’ bus trace', ({ arch, line, name }) => {
  test(`${name}: without a width, from and to a device's memory`, { timeout: 600_000 }, async t => {
    const { status, output, trace } = await runGuest({
      command: ['sh', '-c', programs.join(' && ')],
      arch,
      node: line,
      trace: ['nvme-cmb', 'edu-mmio'],
    })
    assert.equal(status, 0, output.slice(-2000))
    const sections = sectionsOf<CopySection>(output)
    const measured = split(trace, isMarker)
    assert.ok(sections.filter(({ ours }) => ours).length >= 90, `only ${sections.length} sections`)
    for (const section of sections) {
      const seen = measured.get(section.id) ?? assert.fail(`${section.what}: no markers in the trace`)
      if (section.ours) check(section, seen)
      else t.diagnostic(`${section.length} bytes, ${section.what}: ${summary(section, seen)}`)
    }
  })
})

const check = ({ what, kind, offset, length }: CopySection, seen: readonly TraceEntry[]): void => {
  const about = `${what}, ${length} bytes at ${offset}`
  let next = offset
  for (const entry of seen) {
    const text = `${about}: ${showEntry(entry)}`
    assert.equal(entry.kind, kind, text)
    assert.equal(entry.address % CMB_SIZE, next, `${text}; next is ${next}`)
    next += entry.size
  }
  assert.equal(next, offset + length, `${about}: all of it, and no more`)
  // What lies in whole lines goes by the widest accesses: QEMU shows 16 bytes as two times eight.
  const inLines = seen.filter(({ address }) => {
    const at = address % CMB_SIZE
    return at >= Math.ceil(offset / LINE) * LINE && at < Math.floor((offset + length) / LINE) * LINE
  })
  for (const entry of inLines) assert.equal(entry.size, 8, `${about}: ${showEntry(entry)}`)
}

/** What a device saw of a copy, in words. */
const summary = ({ kind, length }: CopySection, seen: readonly TraceEntry[]): string => {
  const sizes = new Map<string, number>()
  const touched = new Map<number, number>()
  let ascending = true
  let last = -1
  for (const entry of seen) {
    const name = `${entry.kind}${entry.size * 8}`
    sizes.set(name, (sizes.get(name) ?? 0) + 1)
    const at = entry.address % CMB_SIZE
    ascending &&= at >= last
    last = at
    if (entry.kind !== kind) continue
    for (let i = 0; i < entry.size; i++) touched.set(at + i, (touched.get(at + i) ?? 0) + 1)
  }
  const twice = [...touched.values()].filter(count => count > 1).length
  const missed = length - [...touched.keys()].filter(at => at < length).length
  const counts = [...sizes].map(([name, count]) => `${count} ${name}`).join(', ')
  return [
    counts || 'nothing',
    ...(twice > 0 ? [`${twice} bytes more than once`] : []),
    ...(missed > 0 ? [`${missed} bytes not at all`] : []),
    ascending ? 'ascending' : 'out of order',
  ].join('; ')
}
