// Runs a row: every contestant once a round, round after round. The machine's speed drifts (it may be shared and
// virtual), and so it drifts for all alike; ratios are taken within a round.
// mitata and tinybench, the well-kept libraries, measure one function after another inside one process: they neither
// interleave nor know contestants in other processes. Hence this small loop.
import { Arena } from './arena.js'
import { backgroundOf, withCounts } from './counts.js'
import { Folder } from './folder.js'
import type { Arguments } from './protocol.js'
import type { Figure, RowResult, Verdict } from './results.js'
import { isMet, type Measure, type Round, type Row, type Sample, type Scale } from './row.js'
import { Runner } from './runner.js'
import type { SequenceFiles } from './sequences.js'
import { spreadOf } from './statistics.js'

/** Told what is done now, in a word. */
export type Progress = (doing: string) => void

export const runRow = async (
  row: Row,
  scale: Scale,
  files: SequenceFiles,
  progress: Progress,
): Promise<RowResult> => {
  progress('memory')
  using arena = row.arena === undefined ? undefined : await Arena.make(row.arena)
  using folder = row.folder && new Folder()
  if (folder) row.folder?.(folder.path)
  const given = { ...(arena && { path: arena.path }), ...(folder && { folder: folder.path }) }
  const background = row.counted ? await backgroundOf() : []
  const sittings = row.rounds === undefined ? scale.sittings : 1
  const count = (row.rounds ?? scale.rounds) / sittings
  const run: Round[] = []
  const missing = new Map<string, string>()
  for (let i = 0; i < sittings; i++) {
    const say: Progress = doing => progress(sittings > 1 ? `sitting ${i + 1}/${sittings}, ${doing}` : doing)
    const runners = row.entries.map(entry => new Runner(entry, row))
    try {
      await startAll(runners, given, files, runner => runner.warmUp(scale, count), say)
      for (let i = 0; i < count; i++) run.push(await runRound(runners, i, count, say))
    } finally {
      for (const runner of runners) {
        if (runner.missing !== undefined) missing.set(runner.entry.label, runner.missing)
        runner[Symbol.dispose]()
      }
    }
  }
  const { rounds, remarks } = row.counted ? withCounts(run) : { rounds: run, remarks: [] }
  return {
    name: row.name,
    title: row.title,
    about: row.about,
    rounds: rounds.length,
    columns: row.columns.map(({ title, unit }) => ({ title, unit })),
    figures: row.entries.map(({ label }) => figureOf(row, label, missing.get(label), rounds)),
    verdicts: row.measures.map(measure => judge(measure, rounds)),
    remarks: [...background, ...remarks],
  }
}

const startAll = async (
  runners: readonly Runner[],
  given: Arguments,
  files: SequenceFiles,
  warmUp: (runner: Runner) => Promise<void>,
  progress: Progress,
): Promise<void> => {
  for (const [i, runner] of runners.entries()) {
    const { pages, label } = runner.entry
    progress(`start ${i + 1}/${runners.length}: ${label}`)
    await runner.try(async () => {
      await runner.prepare({ ...given, ...(pages && { pages: files.pathOf(pages) }) })
      await warmUp(runner)
    })
  }
}

/** Each round starts with another contestant, so that none always follows the same one. */
const runRound = async (
  runners: readonly Runner[],
  index: number,
  count: number,
  progress: Progress,
): Promise<Round> => {
  const round = new Map<string, Sample>()
  for (let i = 0; i < runners.length; i++) {
    const runner = runners[(i + index) % runners.length] as Runner
    progress(`round ${index + 1}/${count}: ${runner.entry.label}`)
    const sample = await runner.try(() => runner.sample())
    if (sample) round.set(runner.entry.label, sample)
  }
  return round
}

const figureOf = (row: Row, label: string, missing: string | undefined, rounds: readonly Round[]): Figure => {
  const samples = rounds.flatMap(round => round.get(label) ?? [])
  const values = row.columns.map(column => spreadOf(samples.map(each => column.of(each))) ?? null)
  return { label, values, ...(missing !== undefined && { missing }) }
}

export const judge = ({ what, unit, of, goal }: Measure, rounds: readonly Round[]): Verdict => {
  const value = spreadOf(rounds.map(of)) ?? null
  return {
    what,
    unit,
    value,
    ...(goal && { goal }),
    ...(goal && value && { met: isMet(goal, value.median) }),
  }
}
