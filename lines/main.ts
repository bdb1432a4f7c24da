// npm run test:all: what `npm test` runs, on every line of Node: here, by each line's own binary, and in the guest.
import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { projectRoot } from '../host/cache.js'
import { HostError, runProgram } from '../host/errors.js'
import { findNode, nodeLines } from '../vm/node-lines.js'

const progress = (text: string) => console.log(`all lines: ${text}`)

/** The guest's tests are about every line themselves. */
const GUEST = 'build/test/vm'

const filesOf = (folder: string): string[] =>
  readdirSync(join(projectRoot, folder), { withFileTypes: true }).flatMap(entry => {
    const path = `${folder}/${entry.name}`
    if (entry.isDirectory() && folder === 'build/test') return path === GUEST ? [] : filesOf(path)
    return path.endsWith('.test.js') ? [path] : []
  })

/** Whether all tests in these files passed. */
const passes = (node: string, files: string[], ...flags: string[]): boolean => {
  const PATH = [dirname(node), process.env.PATH].join(delimiter)
  const env = { ...process.env, PATH, IO_MAPPING_NODE_LINES: 'all' }
  const { status, error } = spawnSync(node, ['--test', '--test-reporter=spec', ...flags, ...files], {
    cwd: projectRoot,
    env,
    stdio: 'inherit',
  })
  if (error) throw new HostError(`${node} can't be run: ${error.message}`)
  return status === 0
}

const run = async (): Promise<boolean> => {
  const verdicts = new Map<string, boolean>()
  for (const line of nodeLines) {
    const node = await findNode(line, progress)
    progress(`Node ${line}, on this machine…`)
    verdicts.set(`Node ${line}`, passes(node, filesOf('build/test'), '--test-timeout=1200000'))
  }
  progress('the guests, with each line…')
  verdicts.set('the guests', passes(process.execPath, filesOf(GUEST), '--test-concurrency=2'))
  for (const [what, passed] of verdicts) progress(`${what}: ${passed ? 'passed' : 'FAILED'}`)
  return [...verdicts.values()].every(Boolean)
}

await runProgram('all lines', async () => {
  process.exitCode = (await run()) ? 0 : 1
})
