// Devices that go away, and drivers that take them, in the middle of accesses, on every line of Node: what runs there is in
// guest/removal/. The process lives, each error is one of ours, and nothing is left.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type NodeLine, runGuest } from '../../vm/guest.js'
import { Card } from './card.js'
import { sectionsOf } from './sections.js'
import { SPIN, spinModule } from './spin.js'
import { guestTests } from './support.js'

/** Fifteen are each kind of use once. They take half a second each, in an emulated processor. */
const roundsOf = (line: NodeLine): number => (line === 20 ? 50 : 15)

const programsOf = (rounds: number): string[] =>
  [`gone.js ${rounds}`, `claim.js ${rounds} once per-call`, `claim.js ${rounds} each permanent slots`].map(
    program => `node build/test/vm/guest/removal/${program}`,
  )

guestTests('devices that go away', ({ arch, line, name }) => {
  test(`${name}: unplugged, removed, and claimed by a driver, in the middle of accesses`, {
    timeout: 1_260_000,
  }, async t => {
    using card = new Card()
    const { status, output } = await runGuest({
      command: ['sh', '-c', programsOf(roundsOf(line)).join(' && ')],
      arch,
      node: line,
      modules: ['bochs'],
      machine: arch === 'x64' ? 'q35' : undefined, // the usual one has no PCI Express
      devices: card.devices(),
      files: { [SPIN]: await spinModule() },
      env: { SPIN },
      onLine: (text, guest) => card.obey(text, guest),
      timeoutSeconds: 1200,
    })
    assert.equal(status, 0, output.slice(-6000))
    const sections = sectionsOf<{ what: string }>(output)
    assert.equal(sections.length, 5, output.slice(-6000))
    for (const section of sections) t.diagnostic(JSON.stringify(section))
  })
})
