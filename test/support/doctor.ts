// A case for `iomap doctor`: what is changed of a machine, and what the doctor says then.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { apertureChecks } from '../../src/cli/doctor/aperture/checks.js'
import { type Check, examine, type Finding, type State } from '../../src/cli/doctor/check.js'
import type { Facts, System } from '../../src/cli/doctor/system.js'
import { MadeUpSystem } from './made-up-system.js'

export interface Expected {
  readonly name: string
  readonly change?: (made: MadeUpSystem) => void
  readonly facts?: Partial<Facts>
  readonly state: State
  readonly found: RegExp
  /** What is to be typed, in all its lines. */
  readonly commands?: RegExp
  readonly advice?: RegExp
}

/** Asserts what the check called `name` says of a machine that was changed so; that only what is well needs no remedy. */
export const expectFinding = (
  checksOf: (system: System) => readonly Check[],
  check: string,
  { change, facts, state, found, commands, advice }: Expected,
): Finding => {
  using made = new MadeUpSystem()
  change?.(made)
  const system = made.system(facts)
  const findings = examine(checksOf(system), system)
  const finding = findings.find(each => each.check === check) ?? assert.fail(`no ${check}: ${show(findings)}`)
  assert.equal(finding.state, state, show([finding]))
  assert.match(finding.found, found)
  if (commands) assert.match(finding.commands?.join('\n') ?? 'none', commands)
  if (advice) assert.match(finding.advice ?? 'none', advice)
  const hasRemedy = finding.advice !== undefined || finding.commands !== undefined
  if (state === 'ok') assert.ok(!hasRemedy, show([finding]))
  else if (state !== 'unknown') assert.ok(hasRemedy, show([finding]))
  return finding
}

/** Tests what is said of apertures, by aperture and check. */
export const describeApertures = (
  apertures: Readonly<Record<string, Readonly<Record<string, readonly Expected[]>>>>,
): void => {
  for (const [text, checks] of Object.entries(apertures))
    describe(text, () => {
      for (const [check, cases] of Object.entries(checks))
        for (const each of cases)
          test(`${check}: ${each.name}`, () =>
            void expectFinding(system => apertureChecks(text, system), check, each))
    })
}

const show = (findings: readonly Finding[]): string => JSON.stringify(findings, undefined, 1)
