// What `create` and `createWc` do: an aperture is checked, opened and mapped; or nothing is left of the attempt.
import { Aperture, type Backing, type MemoryType } from './apertures/aperture.js'
import { parseAperture } from './apertures/parse.js'
import { badArgument } from './errors.js'
import { MappingCore } from './mapping-core.js'
import { COPY, native } from './native.js'
import {
  type CreateOptions,
  checkMemoryType,
  checkOptions,
  chooseMemoryType,
  type Preference,
} from './options.js'
import { makeStrategy } from './strategies/choose.js'
import { whileMapped } from './strategies/map-range.js'
import type { Ground } from './strategies/strategy.js'

/** What an IoMapping is made of. */
export interface Made {
  readonly core: MappingCore
  /** Bus address, in bytes. */
  readonly base: number
  /** In bytes. */
  readonly size: number
  readonly memoryType: MemoryType
  readonly wc: boolean
}

/** What a copy without a width may do. */
const COPY_HOW: Readonly<Record<MemoryType, number>> = {
  'write-combining': COPY.stream,
  uncached: COPY.uncached,
  'write-back': COPY.memory,
  unknown: COPY.memory,
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
  const { writable, strategy, slotBytes } = checkOptions(call, options)
  const chosen = chooseMemoryType(call, aperture, asked)
  const backing = aperture.open(chosen, writable)
  const ground = { ...backing, domain: native.createDomain() }
  const core = closingUnless(backing, () => {
    const made = makeStrategy(strategy, ground, aperture.size, slotBytes)
    return new MappingCore(aperture.name, aperture.size, ground, made)
  })
  return freeingUnless(core, () => {
    const { base, size } = aperture
    const memoryType = findMemoryType(call, aperture, ground, chosen, asked)
    core.copies = COPY_HOW[memoryType]
    return { core, base, size, memoryType, wc: call === 'createWc' }
  })
}

const findMemoryType = (
  call: Call,
  aperture: Aperture,
  ground: Ground,
  chosen: MemoryType,
  asked: Preference,
): MemoryType => {
  const given = ground.cached ? undefined : whileMapped(ground, () => aperture.confirm())
  return checkMemoryType(call, aperture.name, chosen, given, asked)
}

const closingUnless = <T>(backing: Backing, attempt: () => T): T => {
  try {
    return attempt()
  } catch (error) {
    backing.close()
    throw error
  }
}

const freeingUnless = <T>(core: MappingCore, attempt: () => T): T => {
  try {
    return attempt()
  } catch (error) {
    core.free()
    throw error
  }
}
