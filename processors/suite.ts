import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot } from '../host/cache.js'
import { HostError } from '../host/errors.js'
import { countByReason, parseSkips, withoutReason } from './skips.js'
import type { System } from './system.js'

const top = 'build/test'

/** These run on the machine itself: they are about QEMU, about what is here and in host/, the build, the benchmark, and texts. */
const onHost = [
  'vm/',
  'processors/',
  'host/',
  'scripts/',
  'bench/',
  'docs/',
  'register-files/',
  'package.test.js',
  'house.test.js',
  'types.test.js',
]

/** These build the addon in another way, or look into it, and there is no compiler inside. */
const compiling = ['injection', 'sanitized', 'prebuilds', 'loops', 'arm-loops'].map(
  name => `native/${name}.test.js`,
)

/** Those of the command that touch memory. What the others are about, the processor doesn't change; and each starts it again and again, for seconds. */
const commands = ['demo', 'device-access', 'dump-load', 'read-write'].map(name => `cli/${name}.test.js`)

/**
 * They take minutes on QEMU's processor: what knows a window by its interface alone, and what is done again and again. (And a
 * Worker in an endless loop, as of share.test.ts, was once not ended there, by an emulator that does not see what another thread
 * tells it.)
 */
const long = [
  ...[
    'cli/',
    'examples/',
    'fuzz/',
    'registers/',
    'testing/',
    'interrupts/cut-short',
    'devices/vfio-cut-short',
  ],
  ...['address-space', 'cut-short', 'lifetime', 'memory-window-limits', 'share'].map(
    name => `mapping/${name}`,
  ),
]

/** A guest has these already, on a kernel of the processor's own: test/vm/pages.test.ts. */
const inGuest: Readonly<Record<string, readonly string[]>> = {
  arm64: ['container/', 'kernel/', 'strategies/', 'window/'],
}

/** As many as show a leak: the 100,000 of npm test take minutes elsewhere. */
const roundsOn = ({ isEmulated }: System) => (isEmulated ? '2000' : '10000')
/** Of random steps; npm test plays 100,000. */
const steps = '3000'

/** The files of tests that `npm test` runs, from the project's folder, but for those that need or want another place. */
export function testFiles({
  isEmulated,
  processor: { name },
}: Pick<System, 'isEmulated' | 'processor'>): string[] {
  const elsewhere = [...onHost, ...compiling, ...(isEmulated ? [...long, ...(inGuest[name] ?? [])] : [])]
  const files = readdirSync(join(projectRoot, top), { recursive: true, encoding: 'utf8' })
    .filter(path => /^[^/]*(\/[^/]*)?\.test\.js$/.test(path))
    .filter(path => !elsewhere.some(beginning => path.startsWith(beginning)))
    .filter(path => !path.startsWith('cli/') || commands.includes(path))
    .map(path => `${top}/${path}`)
  if (files.length === 0) throw new HostError(`no tests in ${top}: npm run build:dev`)
  return files.sort()
}

/** Runs test files in the system; whether all passed, and all that were skipped say why. */
export async function runSuite(system: System, files: string[]): Promise<boolean> {
  const report = 'skipped.jsonl'
  const reporters = ['spec', 'stdout', '/io-mapping/build/processors/reporter.js', `/tmp/${report}`]
  const args = reporters.map((word, i) => `--test-reporter${i % 2 === 0 ? '' : '-destination'}=${word}`)
  const code = await system.enter(['node', '--test', ...args, ...files], {
    IO_MAPPING_ROUNDS: process.env.IO_MAPPING_ROUNDS ?? roundsOn(system),
    IO_MAPPING_STEPS: process.env.IO_MAPPING_STEPS ?? steps,
  })
  const path = join(system.tmp, report)
  if (!existsSync(path)) return false // it did not come to run any test, and has said why
  const skips = parseSkips(readFileSync(path, 'utf8'))
  rmSync(path)
  if (skips.length > 0) console.log(`\n${system.processor.name}: skipped: ${skips.length}`)
  for (const line of countByReason(skips)) console.log(`  ${line}`)
  const unexplained = withoutReason(skips)
  for (const name of unexplained)
    console.error(`${system.processor.name}: skipped, and doesn't say why: ${name}`)
  return code === 0 && unexplained.length === 0
}
