// What `create` and `createWc` do: an aperture is checked, opened and mapped; or nothing is left of the attempt.
import { Aperture, type MemoryType } from '../apertures/aperture.js'
import { parseAperture } from '../apertures/parse.js'
import { Ground } from '../container/ground.js'
import { makeStrategy } from '../strategies/choose.js'
import { Shared } from '../strategies/shared.js'
import { badArgument, textOf } from '../system/errors.js'
import { warn } from '../system/host.js'
import { COPY, native } from '../system/native.js'
import { MappingCore } from '../window/mapping-core.js'
import {
  type CreateOptions,
  checkMemoryType,
  checkOptions,
  chooseMemoryType,
  type Layout,
  type Preference,
} from './options.js'

/** What an IoMapping is made of. */
export interface Made {
  readonly core: MappingCore
  /** Bus address, in bytes. */
  readonly base: number
  /** In bytes. */
  readonly size: number
  readonly memoryType: MemoryType
  readonly wc: boolean
  readonly iova: number | undefined
  readonly layout: Layout
}

/** What a copy without a width may do. */
const COPY_HOW: Readonly<Record<MemoryType, number>> = {
  'write-combining': COPY.stream,
  uncached: COPY.uncached,
  'write-back': COPY.memory,
  unknown: COPY.uncached, // of a driver, which need not say: what any memory bears
}

type Call = 'create' | 'createWc'

/** Maps `from` as `options` say; `asked`: the memory types, in order of preference. Throws an IoMappingError. */
export const make = (
  call: Call,
  from: Aperture | string,
  options: CreateOptions,
  asked: Preference,
): Made => {
  const aperture = typeof from === 'string' ? parseAperture(from) : from
  if (!(aperture instanceof Aperture))
    throw badArgument(`${call}: aperture`, from, 'an Aperture or its text form')
  const layout = checkOptions(call, options)
  const chosen = chooseMemoryType(call, aperture, asked)
  const lease = native.createLease() // first: without it, nothing is opened
  const ground = new Ground(aperture.open(chosen, layout.writable, aperture !== from), lease)
  const core = build(aperture.name, aperture.size, ground, layout)
  return freeingUnless(core, () => {
    ground.tell(core)
    const { base, size, iova } = aperture
    const memoryType = findMemoryType(call, aperture, ground, chosen, asked)
    return made(core, { base, size, memoryType, wc: call === 'createWc', iova, layout })
  })
}

/** Maps it; if that fails, it is closed. `buffer`: the one that another thread has laid it into. */
export const build = (
  name: string,
  size: number,
  ground: Ground,
  { strategy, slotBytes, shared }: Layout,
  buffer?: SharedArrayBuffer,
): MappingCore => {
  try {
    if (buffer) return new MappingCore(name, size, ground, Shared.attach(ground, buffer))
    if (shared) return new MappingCore(name, size, ground, Shared.create(ground, size))
    return new MappingCore(name, size, ground, makeStrategy(strategy, ground, size, slotBytes))
  } catch (error) {
    ground.end()
    closeAfter(name, ground)
    throw error
  }
}

/** When it could not be mapped: that error is the one to throw, whatever comes of this. */
const closeAfter = (name: string, ground: Ground): void => {
  try {
    ground.close()
  } catch (error) {
    warn(`${name} was not mapped, and close() of its aperture threw: ${textOf(error)}`)
  }
}

/** What `core` and the rest make. */
export const made = (core: MappingCore, rest: Omit<Made, 'core'>): Made => {
  core.setCopies(COPY_HOW[rest.memoryType])
  return { core, ...rest }
}

const findMemoryType = (
  call: Call,
  aperture: Aperture,
  ground: Ground,
  chosen: MemoryType,
  asked: Preference,
): MemoryType => {
  const given = ground.cached ? undefined : ground.whileMapped(() => aperture.confirm())
  return checkMemoryType(call, aperture.name, chosen, given, asked)
}

const freeingUnless = <T>(core: MappingCore, attempt: () => T): T => {
  try {
    return attempt()
  } catch (error) {
    core.free()
    throw error
  }
}
