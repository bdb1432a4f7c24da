import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { runFile } from '../support/child.js'
import type { Ending, Report, Source } from '../support/lifetime-rounds.js'
import type { ProcessStat } from '../support/process-stat.js'

/** For machines that are slow beyond measure, such as an emulated one. */
const ROUNDS = Number(process.env.IO_MAPPING_ROUNDS ?? 100_000)
const SCRIPT = join(fileURLToPath(new URL('.', import.meta.url)), '../support/lifetime-rounds.js')

/** How much more than after the warm-up a process may take at any time later. */
interface Bounds {
  readonly descriptors: number
  readonly mappings: number
  /** In MiB. */
  readonly address: number
  readonly memory: number
}

// Freed at once: nothing grows, but for what Node has to tell of collected objects, once the loop lets it: 300 bytes a round.
const FLAT: Bounds = { descriptors: 0, mappings: 160, address: 512, memory: 64 }
// V8's young generation grows with whatever a program does, by up to 200 MiB: here it is kept small, to see the rest.
const SMALL_HEAP = ['--max-semi-space-size=4']
// Left to the collector, which comes when it sees a reason: far below the process's limits, and no more at the end than
// in the middle. Containers reserve 10 GiB each, of the 128 TiB there are.
const COLLECTED: Bounds = { descriptors: 2000, mappings: 20_000, address: 60 * 2 ** 20, memory: 256 }

// Address space that views lay in is never used again, and left to the collector; it holds nothing.
const VIEWED: Bounds = { ...FLAT, mappings: 4000, address: COLLECTED.address }

const KEYS = ['descriptors', 'mappings', 'address', 'memory'] as const

const largest = (samples: readonly ProcessStat[], key: keyof ProcessStat) =>
  Math.max(...samples.map(sample => sample[key]))

const checkFlat = (samples: Report['samples'], bounds: Bounds): string => {
  const warm = samples.findIndex(({ round }) => round >= ROUNDS / 10)
  const [base, later] = [samples[warm], samples.slice(warm)]
  assert.ok(base && later.length > 50, `${samples.length} samples were taken`)
  const middle = later.slice(0, later.length / 2)
  const end = later.slice(later.length / 2)
  for (const key of KEYS) {
    const growth = largest(later, key) - base[key]
    assert.ok(growth <= bounds[key], `${key}: ${base[key]} after the warm-up, then ${largest(later, key)}`)
    const drift = largest(end, key) - largest(middle, key)
    assert.ok(
      drift <= bounds[key] / 2,
      `${key}: ${largest(middle, key)} before the middle, ${largest(end, key)} after`,
    )
  }
  return KEYS.map(
    key => `${key} ${base[key]}, at most ${largest(later, key)}, at last ${end.at(-1)?.[key]}`,
  ).join('; ')
}

const cases: [Source, Ending, Bounds][] = [
  ['one memory', 'free', FLAT],
  ['new memory', 'free', { ...FLAT, descriptors: COLLECTED.descriptors }], // memory lives as long as its aperture
  ['new file', 'free', FLAT],
  ['one memory', 'free, with views', VIEWED],
  ['one memory', 'drop', { ...COLLECTED, descriptors: 0 }],
  ['new memory', 'drop', COLLECTED],
  ['one file', 'drop', COLLECTED],
]

describe(`${ROUNDS} rounds of create and map, in one synchronous loop`, { concurrency: 2 }, () => {
  for (const [source, ending, bounds] of cases) {
    test(`${source}, ${ending === 'drop' ? 'left to the collector' : ending.replace('free', 'freed')}`, async t => {
      const { code, signal, stdout, stderr } = await runFile(SCRIPT, {
        args: [source, ending, String(ROUNDS)],
        flags: ending === 'drop' ? [] : SMALL_HEAP,
      })
      assert.deepEqual([code, signal], [0, null], stderr)
      const { milliseconds, samples } = JSON.parse(stdout) as Report
      t.diagnostic(`${source}, ${ending}: ${milliseconds} ms; ${checkFlat(samples, bounds)}`)
    })
  }

  test('new memory and files, left to the collector, where only 1024 descriptors may be open', async () => {
    for (const source of ['new memory', 'one file'] as const) {
      const rounds = String(Math.ceil(ROUNDS / 4))
      const { code, signal, stderr } = await runFile(SCRIPT, {
        args: [source, 'drop', rounds],
        ulimit: '-n 1024',
      })
      assert.deepEqual([code, signal], [0, null], stderr)
    }
  })
})
