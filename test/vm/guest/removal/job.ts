// What the main thread does while the actor acts.
import assert from 'node:assert/strict'
import { type IoMapping, IoMappingError, type IoMappingErrorCode } from 'io-mapping'
import type { Act, Actor } from './actor.js'
import { goOn, TRANSFERS, USES, type Use } from './uses.js'

export const JOBS: readonly string[] = [...Object.keys(USES), ...Object.keys(TRANSFERS)]

/** What came of one: how often it went round, and what ended it, if anything did. */
export interface Ended {
  readonly steps: number
  readonly error: IoMappingError | undefined
}

/** Transfers that are made after the actor has acted: the last one is begun after it. */
const MORE_TRANSFERS = 2

/** Does `job` with `mapping`, has `act` done in the middle of it, and goes on until it throws, or for a while. */
export const doMeanwhile = async (
  job: string,
  mapping: IoMapping,
  actor: Actor,
  act: Act,
): Promise<Ended> => {
  const use = USES[job]
  const ended = use
    ? useMeanwhile(use, mapping, actor, act)
    : await transferMeanwhile(job, mapping, actor, act)
  actor.wait()
  return ended
}

const useMeanwhile = (use: Use, mapping: IoMapping, actor: Actor, act: Act): Ended => {
  const { steps, thrown } = goOn(
    use,
    mapping,
    () => actor.soon(act),
    () => actor.isDone,
  )
  return { steps, error: thrown === undefined ? undefined : typed(thrown) }
}

const transferMeanwhile = async (job: string, mapping: IoMapping, actor: Actor, act: Act): Promise<Ended> => {
  const transfer = TRANSFERS[job] ?? assert.fail(job)
  let steps = 0
  actor.soon(act, 60) // one takes that long
  try {
    for (let left = MORE_TRANSFERS; left > 0; steps++) {
      await transfer(mapping)
      if (actor.isDone) left--
    }
  } catch (error) {
    return { steps, error: typed(error) }
  }
  return { steps, error: undefined }
}

/** Checks that it is an error of ours; another one is thrown on. */
export const typed = (error: unknown, ...codes: IoMappingErrorCode[]): IoMappingError => {
  if (!(error instanceof IoMappingError)) throw error
  if (codes.length > 0) assert.ok(codes.includes(error.code), `${error.code}: ${error.message}`)
  return error
}

/** Asserts that `act` throws an error of ours, with one of these codes. */
export const throws = (act: () => unknown, ...codes: IoMappingErrorCode[]): IoMappingError => {
  try {
    act()
  } catch (error) {
    return typed(error, ...codes)
  }
  return assert.fail(`was to throw ${codes.join(' or ')}`)
}
