// npm run fuzz: a million random steps against the model.
import { parseArgs } from 'node:util'
import { fuzz } from './fuzz.js'

const HELP = `Usage: npm run fuzz -- [options]

Plays random steps (maps, accesses, transfers, truncated files, Workers that end ...) against the
library and a plain model of it, in every strategy; fails at the first difference, with the shortest
steps that lead to it.

Options:
  --steps <n>  how many (default: 1000000, which takes some ten minutes)
  --seed <n>   the same steps again (default: another each time; it is printed)
  -h, --help   show this
`

const fail = (message: string): never => {
  process.stderr.write(`fuzz: ${message}\n`)
  process.exit(2)
}

const parse = () => {
  try {
    const options = {
      steps: { type: 'string' },
      seed: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    } as const
    return parseArgs({ options }).values
  } catch (error) {
    return fail(error instanceof Error ? error.message : String(error))
  }
}

const whole = (name: string, text: string): number =>
  /^\d{1,10}$/.test(text)
    ? Number(text)
    : fail(`${name} is '${text}'; it must be a whole number, such as 1000000`)

const { steps = '1000000', seed = String(Date.now() % 2 ** 31), help } = parse()
if (help) {
  process.stdout.write(HELP)
  process.exit(0)
}
const total = whole('--steps', steps)
const first = whole('--seed', seed)
console.log(`seed ${first}: again with npm run fuzz -- --steps ${total} --seed ${first}`)

const EVERY_MS = 5000
let next = performance.now() + EVERY_MS
const start = performance.now()
try {
  const { steps: done, kinds } = await fuzz(total, first, now => {
    if (performance.now() < next) return
    next = performance.now() + EVERY_MS
    process.stderr.write(`${now} of ${total} steps, ${Math.floor((100 * now) / total)} %\n`)
  })
  const seconds = Math.round((performance.now() - start) / 1000)
  console.log(
    `${done} steps in ${seconds} s, and no difference: ${[...kinds].map(([kind, count]) => `${kind} ${count}`).join(', ')}`,
  )
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
