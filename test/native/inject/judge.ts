import { AssertionError } from 'node:assert/strict'
import type { Kind } from './control.js'
import { type Holdings, leftBehind } from './holdings.js'

/** System calls whose failing is told by a plain Error; each with the reason. */
const PLAIN: Readonly<Record<string, string>> = {
  sigaction:
    'it fails where a process may make no system calls: no aperture is to blame, and no user can mend it',
}

/** What these can't delete keeps its block, until the environment ends. */
const DELETING = ['napi_delete_reference', 'napi_delete_async_work']

/** What is wrong with it, if anything: a user gets an IoMappingError; of Node-API and for want of memory, at least an Error. */
export const judgeThrown = (thrown: unknown, kind: Kind, failed: readonly string[]): string[] => {
  if (failed.length === 0) return [`nothing failed, and it threw ${thrown}`]
  if (!(thrown instanceof Error) || thrown instanceof AssertionError) return [String(thrown)]
  const mayBePlain = kind !== 'system calls' || failed.some(name => Object.hasOwn(PLAIN, name))
  if (thrown.name === 'IoMappingError' || mayBePlain) return []
  return [`not an IoMappingError: ${thrown.name}: ${thrown.message}`]
}

/** What is wrong with what was left behind. */
export const judgeLeft = (before: Holdings, now: Holdings, failed: readonly string[]): string[] => {
  const blocks = failed.some(name => DELETING.includes(name)) ? before.blocks : now.blocks
  return leftBehind(before, { ...now, blocks })
}
