// Does what requests ask: each read is one access of the register's width; each write is one, and one read before it if a part stays.
import type { IoAccess } from '../library.js'
import { type Change, parseChange, written } from './change.js'
import type { Decoded, Value } from './decoded.js'
import type { Finder, Region } from './regions.js'
import type { Request } from './request.js'
import { findTarget, type Target } from './target.js'
import { decodeValue, readConfig, readRegion, writeConfig } from './values.js'

/** What is to be done, known to be possible before anything of it is. */
export type Step =
  | { readonly kind: 'show'; readonly regions: readonly Region[] }
  | { readonly kind: 'read'; readonly target: Target }
  | { readonly kind: 'write'; readonly target: Target; readonly change: Change }

/** What a step has come to. */
export type Result =
  | { readonly kind: 'show'; readonly parts: readonly Decoded[] }
  | { readonly kind: 'read'; readonly target: Target; readonly value: Value }
  | {
      readonly kind: 'write'
      readonly target: Target
      /** What was there, where that was read. */
      readonly before: number | undefined
      /** Whether it is only what would be written. */
      readonly dry: boolean
      readonly value: Value
    }

const isRegions = (found: Target | readonly Region[]): found is readonly Region[] => Array.isArray(found)

/** @throws UsageError, Failure */
export const plan = (request: Request, finder: Finder): Step => {
  const found = findTarget(request, finder)
  if (isRegions(found)) return { kind: 'show', regions: found }
  if (request.value === undefined) return { kind: 'read', target: found }
  return { kind: 'write', target: found, change: parseChange(request, found) }
}

const shown = ({ name, offset, width, region, info, field }: Target, raw: number): Value => {
  if (!region || !info) return { name, offset, width, raw, fields: [], meaning: undefined }
  const value = decodeValue(region.name, { info, offset }, raw)
  const fields = field ? value.fields.filter(each => each.name === field.name) : value.fields
  return { ...value, name, fields }
}

/** `dry`: nothing is written. */
export const perform = (step: Step, config: IoAccess, dry: boolean): Result => {
  if (step.kind === 'show') return { kind: 'show', parts: step.regions.map(each => readRegion(config, each)) }
  const { target } = step
  const read = (): number => readConfig(config, target.offset, target.width)
  if (step.kind === 'read') return { kind: 'read', target, value: shown(target, read()) }
  const before = step.change.whole ? undefined : read()
  const raw = written(step.change, before ?? 0, target)
  if (!dry) writeConfig(config, target.offset, target.width, raw)
  return { kind: 'write', target, before, dry, value: shown(target, raw) }
}
