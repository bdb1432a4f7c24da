// Run in a process of its own: maps again and again in one synchronous loop, so that neither the event loop nor a
// finalizer comes to help, and tells what the process takes while it does. Arguments: what, how, rounds.
import { file, IoMapping, memory, PAGE_SIZE } from 'io-mapping'
import { TempFolder } from './files.js'
import { type ProcessStat, processStat } from './process-stat.js'

/** Where the aperture of each round comes from. */
export type Source = 'one memory' | 'new memory' | 'one file' | 'new file'
/** How each round ends. */
export type Ending = 'free' | 'free, with views' | 'drop'

export interface Sample extends ProcessStat {
  readonly round: number
}

export interface Report {
  readonly milliseconds: number
  readonly samples: readonly Sample[]
}

const SAMPLES = 100
const SIZE = 4 * PAGE_SIZE

const apertures = (source: Source, folder: TempFolder) => {
  const path = folder.write('image', Buffer.alloc(SIZE))
  const text = { memory: `memory:${SIZE}`, file: `file:${path}` }
  const one = { memory: memory(SIZE), file: file(path) }
  return {
    'one memory': () => one.memory,
    'new memory': () => text.memory,
    'one file': () => one.file,
    'new file': () => text.file,
  }[source]
}

const run = (source: Source, ending: Ending, rounds: number): Report => {
  using folder = new TempFolder()
  const next = apertures(source, folder)
  const samples: Sample[] = []
  const start = performance.now()
  for (let round = 0; round < rounds; round++) {
    const mapping = IoMapping.createWc(next())
    const page = mapping.map(PAGE_SIZE)
    page.write32(0, round)
    if (page.read32(0) !== round) throw new Error(`round ${round} read another's memory`)
    if (ending !== 'free' && round % 10 === 0) page.u32[1] = round
    if (ending !== 'drop') mapping.free()
    if (round % Math.ceil(rounds / SAMPLES) === 0) samples.push({ round, ...processStat() })
  }
  return { milliseconds: Math.round(performance.now() - start), samples }
}

const [source, ending, rounds] = process.argv.slice(2) as [Source, Ending, string]
console.log(JSON.stringify(run(source, ending, Number(rounds))))
