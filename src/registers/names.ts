import { badArgument } from '../system/errors.js'

/** The names that no field and no part of a block can have: a register's and a block's own, and those that JavaScript gives meaning. */
export const RESERVED_NAMES: ReadonlySet<string> = new Set([
  ...['path', 'offset', 'width', 'read', 'readRaw', 'poll', 'write', 'writeRaw', 'modify'],
  'window',
  ...['then', 'toJSON', 'prototype', ...Object.getOwnPropertyNames(Object.prototype)],
])

/** Refuses a name that is reserved, or none. */
export const checkName = (call: string, name: string): void => {
  if (name !== '' && !RESERVED_NAMES.has(name)) return
  throw badArgument(
    `${call}: a name`,
    name,
    `another: a register or a block has a member of its own called so (${name}_, for example)`,
  )
}
