// Run in a process of its own, with an addon whose calls can be made to fail: runs a scenario again and again, with the
// first call failing, the second, the third, until none is left; and prints what each of that came to.
// Arguments: the control's file, the scenario's file, its name.
import { Control, type Failing, KINDS, type Kind } from './control.js'
import { type Holdings, settled, settlesAt } from './holdings.js'
import { judgeLeft, judgeThrown } from './judge.js'
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

/** What is wrong with what was thrown where no one calls. In words, as below: an Error keeps alive what its stack has seen. */
let uncaught: string[] = []

/** Runs it with a call failing; what is wrong with what it threw. */
const attempt = async (scenario: Scenario, control: Control, failing: Failing): Promise<string[]> => {
  const judge = (thrown: unknown) => judgeThrown(thrown, failing.kind, control.seen().failed)
  const mayBeUncaught = failing.kind === 'Node-API calls' && scenario.uncaught !== undefined
  process.removeAllListeners('uncaughtException')
  process.on('uncaughtException', thrown =>
    uncaught.push(...(mayBeUncaught ? judge(thrown) : [`uncaught: ${thrown}`])),
  )
  scenario.before?.()
  control.start(failing)
  try {
    await scenario.run()
    return []
  } catch (thrown) {
    return judge(thrown)
  } finally {
    control.stop()
  }
}

let before: Holdings
const report: Report = { outcomes: [], failed: [], problems: [] }

const runAll = async (scenario: Scenario, control: Control, kind: Kind, onwards: boolean): Promise<void> => {
  for (let at = 1; at <= MOST; at++) {
    const wrong = await attempt(scenario, control, { kind, at, onwards })
    const { failed } = control.seen()
    const now = await settlesAt(before, control)
    const left = now === undefined ? [] : judgeLeft(before, now, failed)
    const mayLinger = kind === 'Node-API calls' && scenario.lingers !== undefined
    const mayKeep = kind === 'Node-API calls' && scenario.keeps !== undefined
    const problems = [
      ...wrong,
      ...uncaught,
      ...left
        .filter(line => !mayLinger || !line.includes(': mapped: '))
        .filter(line => !mayKeep || !/^blocks: |\[eventfd\]$/.test(line)),
    ]
    uncaught = []
    const where = `${kind}, the ${at}.${onwards ? ' and all behind it' : ''} (${failed.slice(0, 5)}): `
    report.problems.push(...problems.map(problem => where + problem))
    for (const each of failed) if (!report.failed.includes(each)) report.failed.push(each)
    if (failed.length === 0) {
      report.outcomes.push({ kind, onwards, calls: at - 1 })
      return
    }
    if (now !== undefined) before = await settled(control)
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
    for (const onwards of scenario.alone === undefined ? [false, true] : [false])
      await runAll(scenario, control, kind, onwards)
  }
  console.log(JSON.stringify(report))
}

await main()
process.exit() // what could not be stopped, as a call failed that would have, may keep it running
