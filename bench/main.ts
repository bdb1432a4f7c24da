// npm run bench: everything side by side, medians over interleaved rounds. docs/performance.md tells what it shows.
import { writeFileSync } from 'node:fs'
import { Command, InvalidArgumentError } from 'commander'
import { drawCharts } from './charts/draw.js'
import { compilePeers } from './compile.js'
import { BenchError } from './errors.js'
import { describeMachine, machineLines } from './machine.js'
import { readResults, writePage, writeResults } from './report/files.js'
import { printRow } from './report/terminal.js'
import type { Results, RowResult } from './results.js'
import type { Scale } from './row.js'
import { rowGroups } from './rows/index.js'
import { runRow } from './run-row.js'
import { SequenceFiles } from './sequences.js'
import { showProgress } from './show-progress.js'

const FULL: Scale = { quick: false, rounds: 15, sittings: 3, runMs: 40 }
const QUICK: Scale = { quick: true, rounds: 3, sittings: 1, runMs: 4 }

const groupNames = Object.keys(rowGroups(QUICK))

interface MainOptions {
  quick?: boolean
  only?: string[]
  json?: string
  draw?: boolean
}

const examples = `
Rows: ${groupNames.join(', ')}.

A full run takes some seven minutes and 5 GiB of memory. It writes bench/results.json, the charts in docs/performance/ and
the tables of docs/performance.md; with --quick or --only it writes nothing.

Examples:
  npm run bench
  npm run bench -- --quick
  npm run bench -- --only map registers --json figures.json`

const groupName = (name: string, all: string[] = []): string[] => {
  if (!groupNames.includes(name)) throw new InvalidArgumentError(`Choose of ${groupNames.join(', ')}.`)
  return [...all, name]
}

const runRows = async (scale: Scale, names: readonly string[]): Promise<RowResult[]> => {
  const groups = rowGroups(scale)
  const rows = names.flatMap(name => groups[name] ?? [])
  using files = new SequenceFiles()
  const results: RowResult[] = []
  for (const [i, row] of rows.entries()) {
    const progress = showProgress(`[${i + 1}/${rows.length}] ${row.title}`)
    const result = await runRow(row, scale, files, progress.say).catch((error: unknown) => {
      if (!(error instanceof BenchError)) throw error
      return error
    })
    progress.end()
    if (result instanceof BenchError) {
      console.error(`bench: ${row.title} is left out: ${result.message}`)
    } else {
      results.push(result)
      console.log(printRow(result, process.stdout.isTTY))
    }
  }
  return results
}

const publish = async (results: Results): Promise<void> => {
  writePage(results)
  await drawCharts(results)
}

const main = async ({ quick = false, only, json, draw = false }: MainOptions): Promise<void> => {
  if (draw) return publish(readResults())
  compilePeers()
  const machine = describeMachine()
  console.log(machineLines(machine).join('\n'))
  const start = performance.now()
  const rows = await runRows(quick ? QUICK : FULL, only ?? groupNames)
  const results: Results = { machine, rows }
  console.log(`\n${Math.round((performance.now() - start) / 1000)} s`)
  if (json !== undefined) writeFileSync(json, `${JSON.stringify(results, null, 2)}\n`)
  if (quick || only) return
  writeResults(results)
  await publish(results)
}

const program = new Command('npm run bench --')
  .description('Measures io-mapping beside koffi, a Node-API accessor, Python and C, in interleaved rounds.')
  .option('--quick', 'half a minute’s try: fewer, shorter rounds, smaller apertures')
  .option('--only <rows...>', 'run these rows only', groupName)
  .option('--json <file>', 'write the figures into this file')
  .option('--draw', 'run nothing: draw the charts and tables of bench/results.json again')
  .addHelpText('after', examples)
  .action(main)

try {
  await program.parseAsync()
} catch (error) {
  if (!(error instanceof BenchError)) throw error
  console.error(`bench: ${error.message}`)
  process.exitCode = 1
}
