import fc from 'fast-check'
import { collect } from '../support/collect.js'
import { Pipe } from '../support/pipe.js'
import { Helper } from './helper.js'
import * as interruptions from './interruptions.js'
import * as mappings from './mappings.js'
import { Reader } from './reader.js'
import { type Step, steps } from './steps.js'
import * as transfers from './transfers.js'
import * as windows from './windows.js'
import { World } from './world.js'

type Play = { [K in Step['kind']]: (world: World, step: Extract<Step, { kind: K }>) => void | Promise<void> }

const PLAY: Play = {
  create: mappings.create,
  map: windows.map,
  access: windows.access,
  copy: windows.copy,
  view: windows.view,
  unmap: windows.unmap,
  atomic: windows.atomic,
  mapAtomic: windows.mapAtomic,
  read: transfers.read,
  write: transfers.write,
  freeWhile: transfers.freeWhile,
  into: mappings.into,
  outOf: mappings.outOf,
  free: mappings.free,
  drop: mappings.drop,
  gc: collect,
  truncate: mappings.truncate,
  restore: mappings.restore,
  worker: transfers.worker,
  terminate: transfers.terminate,
  cut: interruptions.cut,
  listen: interruptions.listen,
  nodeInto: interruptions.nodeInto,
  race: interruptions.race,
}

/** The steps of one world, from its beginning to its end. */
const LONGEST = 200

export interface Played {
  readonly steps: number
  readonly kinds: ReadonlyMap<Step['kind'], number>
}

/**
 * Plays random steps against the library and a model of it, until there were `total`; throws at the first difference, with the
 * shortest steps that lead to it.
 */
export const fuzz = async (
  total: number,
  seed: number,
  onProgress: (done: number) => void = () => {},
): Promise<Played> => {
  const kinds = new Map<Step['kind'], number>()
  let done = 0
  using pipe = new Pipe()
  const others = { helper: new Helper(), reader: await Reader.begin(), pipe }
  const play = async (all: readonly Step[]) => {
    using world = new World(others)
    for (const step of all) {
      await (PLAY[step.kind] as (world: World, step: Step) => void | Promise<void>)(world, step)
      world.check()
      kinds.set(step.kind, (kinds.get(step.kind) ?? 0) + 1)
      done++
    }
  }
  const property = fc.asyncProperty(steps(LONGEST), async all => {
    await play(all)
    onProgress(done)
  })
  try {
    for (let batch = 0; done < total; batch++) {
      await fc.assert(property, {
        seed: seed + batch,
        numRuns: Math.ceil(((total - done) / LONGEST) * 2),
        includeErrorInReport: true,
      })
    }
  } finally {
    await others.helper.terminate()
    await others.reader.terminate()
  }
  collect()
  return { steps: done, kinds }
}
