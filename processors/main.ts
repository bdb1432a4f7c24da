// npm run test:processors [-- PROCESSOR… FILE…]: the tests and the demo on the other processors that the package serves.
import { execFile } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildAddon } from '../host/addon.js'
import { projectRoot } from '../host/cache.js'
import { atExit } from '../host/cleanup.js'
import { runProgram } from '../host/errors.js'
import { runDemo } from './demo.js'
import { makeSystem } from './enter.js'
import { runOnMusl } from './musl.js'
import { type Processor, parseWords } from './processors.js'
import { findRoot } from './root.js'
import { runSuite, testFiles } from './suite.js'
import { checkSystem, type System } from './system.js'

/** Whether all went well. */
async function run(processor: Processor, files: string[]): Promise<boolean> {
  const progress = (text: string) => console.log(`${processor.name}: ${text}`)
  buildAddon(processor.name) // before anything is fetched for it
  const root = await findRoot(processor, progress)
  const tmp = mkdtempSync(join(tmpdir(), `io-mapping-${processor.name}-`))
  const discard = () => rmSync(tmp, { recursive: true, force: true })
  const keep = atExit(discard)
  try {
    chmodSync(tmp, 0o1777) // as a /tmp is: tests may become another user
    const system = await makeSystem({ processor, root, tmp }, progress)
    const usual = processor.name === process.arch ? [] : testFiles(system) // npm test runs them here
    return await runAll(system, files.length > 0 ? files : usual, progress)
  } finally {
    keep()
    discard()
  }
}

async function runAll(system: System, files: string[], progress: (text: string) => void): Promise<boolean> {
  await checkSystem(system)
  const parts: [string, () => Promise<boolean>][] = [
    ['the addon on musl', () => runOnMusl(system)],
    ['the demo', () => runDemo(system)],
  ]
  if (files.length > 0) parts.push([`${files.length} files of tests`, () => runSuite(system, files)])
  const verdicts: string[] = []
  for (const [what, part] of parts) {
    progress(`${what}…`)
    verdicts.push(`${what}: ${(await part()) ? 'passed' : 'FAILED'}`)
  }
  progress(verdicts.join(', '))
  return verdicts.every(verdict => verdict.endsWith('passed'))
}

/** In a process of its own, whose output is shown in one piece. */
function runApart({ name }: Processor, files: string[]): Promise<boolean> {
  console.log(`${name}: …`)
  const started = performance.now()
  return new Promise(resolve => {
    const args = [process.argv[1] ?? '', name, ...files]
    execFile(process.execPath, args, { cwd: projectRoot, maxBuffer: 2 ** 28 }, (error, stdout, stderr) => {
      process.stdout.write(stdout)
      process.stderr.write(stderr)
      console.log(
        `${name}: ${error ? 'FAILED' : 'passed'}, in ${Math.round((performance.now() - started) / 1000)} s`,
      )
      resolve(error === null)
    })
  })
}

/** As many at once as this machine has processors of its own. */
async function runEach(chosen: readonly Processor[], files: string[]): Promise<boolean> {
  const waiting = [...chosen].reverse() // those that take longest first
  const verdicts: boolean[] = []
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) verdicts.push(await runApart(next, files))
  }
  await Promise.all(Array.from({ length: availableParallelism() }, work))
  return verdicts.every(Boolean)
}

await runProgram('processors', async () => {
  const { chosen, files } = parseWords(process.argv.slice(2))
  const [first, ...others] = chosen
  const passed = first && others.length === 0 ? await run(first, files) : await runEach(chosen, files)
  process.exitCode = passed ? 0 : 1
})
