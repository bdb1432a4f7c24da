// Run in a process of its own, with an addon whose calls can be made to fail: runs a scenario again and again, with the
// first call failing, the second, the third, until none is left; and prints what each of that came to.
// Arguments: the control's file, the scenario's file, its name.
import { AssertionError } from 'node:assert/strict'
import { Control, type Failing, KINDS, type Kind } from './control.js'
import { changed, type Holdings, settled } from './holdings.js'
import { type Scenario, scenarios } from './scenarios.js'

export interface Outcome {
  readonly kind: Kind
  readonly onwards: boolean
  /** How many calls were made to fail, one run each. */
  readonly calls: number
}

export interface Report {
  readonly outcomes: Outcome[]
  /** The functions that failed. */
  readonly failed: string[]
  /** What was not as it must be, a line each. */
  readonly problems: string[]
}

/** No scenario makes more calls: it goes on for ever. */
const MOST = 5000

const [path = '', imagePath = '', name = ''] = process.argv.slice(2)

/** What is wrong with it, if anything: a user gets an IoMappingError; of Node-API and for want of memory, at least an Error. */
const judge = (thrown: unknown, kind: Kind): string | undefined => {
  if (!(thrown instanceof Error) || thrown instanceof AssertionError) return String(thrown)
  if (thrown.name === 'IoMappingError' || kind !== 'system calls') return undefined
  return `not an IoMappingError: ${thrown.name}: ${thrown.message}`
}

const attempt = async (
  scenario: Scenario,
  control: Control,
  failing: Failing,
): Promise<string | undefined> => {
  scenario.before?.()
  control.start(failing)
  try {
    await scenario.run()
    return undefined
  } catch (thrown) {
    control.stop()
    const without = control.seen().failed.length === 0
    return without ? `nothing failed, and it threw ${thrown}` : judge(thrown, failing.kind)
  } finally {
    control.stop()
  }
}

let before: Holdings = []
const report: Report = { outcomes: [], failed: [], problems: [] }

const runAll = async (scenario: Scenario, control: Control, kind: Kind, onwards: boolean): Promise<void> => {
  for (let at = 1; at <= MOST; at++) {
    const wrong = await attempt(scenario, control, { kind, at, onwards })
    const { failed } = control.seen()
    const problems = [...(wrong === undefined ? [] : [wrong]), ...(await changed(before, control))]
    const where = `${kind}, the ${at}. ${onwards ? 'and all behind it' : ''} (${failed.slice(0, 5)}): `
    report.problems.push(...problems.map(problem => where + problem))
    for (const each of failed) if (!report.failed.includes(each)) report.failed.push(each)
    if (failed.length === 0) {
      report.outcomes.push({ kind, onwards, calls: at - 1 })
      return
    }
    if (problems.length > 0) before = await settled(control)
  }
  report.problems.push(`${kind}: more than ${MOST} calls`)
}

const main = async (): Promise<void> => {
  using control = new Control(path)
  const scenario = scenarios(imagePath)[name]
  if (scenario === undefined) throw new Error(`no scenario '${name}'`)
  for (let warm = 0; warm < 2; warm++) {
    scenario.before?.()
    await scenario.run()
  }
  before = await settled(control)
  for (const kind of Object.keys(KINDS) as Kind[]) {
    for (const onwards of [false, true]) await runAll(scenario, control, kind, onwards)
  }
  console.log(JSON.stringify(report))
}

await main()
