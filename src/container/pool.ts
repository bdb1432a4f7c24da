import { IoMappingError } from '../system/errors.js'
import { IS_32_BIT } from '../system/word-size.js'
import { Space } from './space.js'

// Making a space costs 0.3 to 0.6 ms, cleaning one a system call. What is kept here holds no memory, only
// address space, which is scarce in a 32-bit process alone.
const KEEP = IS_32_BIT ? 1 : 16
const kept: Space[] = []

/** A space of at least `bytes`, with zeros in it: a used one where one fits, else a new one. */
export const takeSpace = (bytes: number): Space => {
  const index = kept.findIndex(({ byteLength }) => byteLength >= bytes && byteLength <= 2 * bytes + 65536)
  const [found] = index < 0 ? [] : kept.splice(index, 1)
  return found ?? make(bytes)
}

/** Keeps one that has zeros in it, and no views, for the next who wants such; unless it isn't to be used again. */
export const giveBackSpace = (space: Space): void => {
  if (space.reusable) kept.push(space)
  else space.detach()
  if (kept.length > KEEP) kept.shift()?.detach() // the one that waited longest: its size may never be wanted again
}

// A function of its own: a caller's registers would still refer to the last of them.
const dropAll = (): void => {
  for (const each of kept.splice(0)) each.detach()
}

const make = (bytes: number): Space => {
  try {
    return new Space(bytes)
  } catch (error) {
    const full = error instanceof IoMappingError && error.code === 'ERR_IO_ADDRESS_SPACE'
    if (!full || kept.length === 0) throw error
    dropAll() // V8 collects before it refuses, so what was kept for reuse serves here
    return new Space(bytes)
  }
}
