// What a check is, and what it says.
import { UsageError } from '../failure.js'
import type { Obstacle } from '../library.js'
import { isArgument } from '../typed/of-typed.js'
import type { System } from './system.js'

/** `unknown`: the system does not tell, or something that it never should. */
export type State = 'ok' | 'warning' | 'obstacle' | 'unknown'

/** What is to be done: in words, at a shell (root's), or both. */
export interface Remedy {
  readonly advice?: string
  readonly commands?: readonly string[]
}

/** What a check says. */
export interface Verdict extends Remedy {
  readonly state: State
  readonly found: string
  /** Where it is another than the check's. */
  readonly why?: string
}

export interface Check {
  readonly name: string
  /** Why it matters. */
  readonly why: string
  /** Whether nothing can be asked behind it where it does not hold. */
  readonly needed?: true
  readonly look: (system: System) => Verdict
}

/** What a check has said, whole. */
export interface Finding extends Verdict {
  readonly check: string
  readonly why: string
}

export const ok = (found: string): Verdict => ({ state: 'ok', found })
export const warning = (found: string, remedy: Remedy, why?: string): Verdict =>
  say('warning', found, remedy, why)
export const obstacle = (found: string, remedy: Remedy, why?: string): Verdict =>
  say('obstacle', found, remedy, why)
export const unknown = (found: string, remedy: Remedy = {}, why?: string): Verdict =>
  say('unknown', found, remedy, why)

/** Of one aperture: what is a warning of a whole machine, is in the way of just that. */
export const asObstacle = (verdict: Verdict): Verdict =>
  verdict.state === 'warning' ? { ...verdict, state: 'obstacle' } : verdict

/** `remedy` may be a whole verdict's. */
const say = (state: State, found: string, { advice, commands }: Remedy, why?: string): Verdict => ({
  ...{ state, found },
  ...(advice === undefined ? {} : { advice }),
  ...(commands === undefined ? {} : { commands }),
  ...(why === undefined ? {} : { why }),
})

export const type = (...commands: string[]): Remedy => ({ commands })
export const advise = (advice: string): Remedy => ({ advice })

/** A remedy, introduced by these words. */
export const introduced = (words: string, { advice, commands }: Remedy): Remedy => ({
  advice: advice === undefined ? words : `${words} ${advice}`,
  ...(commands === undefined ? {} : { commands }),
})

/** The library's, as commands. */
export const typeOf = ({ remedy }: Obstacle): Remedy => type(...remedy.split('; '))

/** For what only root may. */
export const AS_ROOT = type('sudo npx iomap …')

const look = ({ look, name, why }: Check, system: System): Finding => {
  try {
    return { check: name, why, ...look(system) }
  } catch (error) {
    if (!(error instanceof Error)) throw error
    if (isArgument(error)) throw new UsageError(error.message)
    return { check: name, why, ...unknown(error.message) }
  }
}

/** What they say, up to one that must hold and does not. Throws UsageError. */
export const examine = (checks: readonly Check[], system: System): Finding[] => {
  const findings: Finding[] = []
  for (const check of checks) {
    const finding = look(check, system)
    findings.push(finding)
    if (check.needed && finding.state !== 'ok') break
  }
  return findings
}
