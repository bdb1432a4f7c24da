// What `iomap doctor` looks at of an aperture, by its kind, on made-up systems.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { apertureChecks } from '../../src/cli/doctor/aperture/checks.js'
import { examine } from '../../src/cli/doctor/check.js'
import { UsageError } from '../../src/cli/failure.js'
import { FOLDER } from '../support/machine-changes.js'
import { CARD, GIVEN, MadeUpSystem } from '../support/made-up-system.js'

test('nothing is asked behind a device that is not there', () => {
  using made = new MadeUpSystem()
  made.remove(FOLDER)
  const system = made.system()
  assert.deepEqual(
    examine(apertureChecks(`pci:${CARD}/0`, system), system).map(({ check, state }) => [check, state]),
    [['device', 'obstacle']],
  )
})

test('of the card and the given one, all is well', () => {
  using made = new MadeUpSystem()
  const system = made.system()
  for (const text of [
    `pci:${CARD}/0`,
    `pci:${CARD}/2`,
    `vfio:${GIVEN}/0`,
    'uio:0/0',
    'physical:0x90000000+4K',
    'memory:1M',
  ]) {
    const findings = examine(apertureChecks(text, system), system)
    assert.ok(findings.length > 1, text)
    assert.deepEqual(
      findings.filter(({ state }) => state !== 'ok'),
      [],
      text,
    )
  }
})

for (const text of [
  '',
  'disk:4K',
  'pci:card/0',
  'pci:0000:00:02.0',
  'memory:lots',
  'physical:0x1000',
  'uio:0',
  `pci:${CARD}/9`,
])
  test(`'${text}' is a mistake`, () => {
    using made = new MadeUpSystem()
    const system = made.system()
    assert.throws(() => examine(apertureChecks(text, system), system), UsageError)
  })
