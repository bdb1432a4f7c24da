import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot } from '../host/cache.js'
import { HostError } from '../host/errors.js'
import { countByReason, parseSkips, withoutReason } from './skips.js'
import type { System } from './system.js'

/** These run on the machine itself: they are about QEMU, about what is here and in host/, the benchmark, and texts. */
const hostOnly = ['vm', 'i386', 'host', 'bench', 'svd']

/** These build the addon in another way, and there is no compiler inside. They find what the processor doesn't change. */
const compiling = ['native/injection.test.js', 'native/sanitized.test.js']

/** What they are about, the processor doesn't change; and each starts the command again and again, for seconds. */
const texts = [
  ...[
    'help',
    'hex-dump',
    'image',
    'info-list',
    'mistakes',
    'pci-ids',
    'pci-listing',
    'picture',
    'pixel-format',
  ].map(name => `cli/${name}.test.js`),
  'package.test.js',
]

/** As many as show a leak; the 100,000 of a 64-bit run take minutes here. */
const rounds = '10000'
/** Of random steps; npm test plays 100,000. */
const steps = '3000'

/** The files of tests that `npm test` runs, from the project's folder, but for those about the machine or texts, or that compile. */
export function testFiles(): string[] {
  const top = 'build/test'
  const inner = readdirSync(join(projectRoot, top), { withFileTypes: true })
    .filter(entry => entry.isDirectory() && !hostOnly.includes(entry.name))
    .map(({ name }) => `${top}/${name}`)
  const files = [top, ...inner].flatMap(folder =>
    readdirSync(join(projectRoot, folder))
      .filter(name => name.endsWith('.test.js'))
      .map(name => `${folder}/${name}`)
      .filter(path => ![...compiling, ...texts].some(name => path === `${top}/${name}`)),
  )
  if (files.length === 0) throw new HostError(`no tests in ${top}: npm run build:dev`)
  return files
}

/** Runs test files in the system; whether all passed, and all that were skipped say why. */
export async function runSuite(system: System, files: string[]): Promise<boolean> {
  const report = 'skipped.jsonl'
  const reporters = ['spec', 'stdout', '/io-mapping/build/i386/reporter.js', `/tmp/${report}`]
  const args = reporters.map((word, i) => `--test-reporter${i % 2 === 0 ? '' : '-destination'}=${word}`)
  const code = await system.enter(['node', '--test', ...args, ...files], {
    IO_MAPPING_ROUNDS: process.env.IO_MAPPING_ROUNDS ?? rounds,
    IO_MAPPING_STEPS: process.env.IO_MAPPING_STEPS ?? steps,
  })
  const path = join(system.tmp, report)
  if (!existsSync(path)) return false // it did not come to run any test, and has said why
  const skips = parseSkips(readFileSync(path, 'utf8'))
  rmSync(path)
  if (skips.length > 0) console.log(`\n32 bits: skipped: ${skips.length}`)
  for (const line of countByReason(skips)) console.log(`  ${line}`)
  const unexplained = withoutReason(skips)
  for (const name of unexplained) console.error(`32 bits: skipped, and doesn't say why: ${name}`)
  return code === 0 && unexplained.length === 0
}
