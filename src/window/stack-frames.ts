// How many calls of a function are under way: counted on the stack itself, from which nothing is cut unseen.
import { runInNewContext } from 'node:vm'

/** A function, as the stack names it. */
export interface Frame {
  readonly name: string
  readonly file: string
}

interface Realm {
  /** The frames of the stack as it is. */
  readonly frames: () => NodeJS.CallSite[]
}

// An Error of a realm of its own: a program may change ours as it likes, and a call that is cut short can't leave it changed by us.
const CODE = `
  Error.stackTraceLimit = Infinity
  Error.prepareStackTrace = (_error, frames) => frames;
  ({ frames: () => new Error().stack })`
let realm: Realm | undefined

/** How many of its calls are on the stack now. Microseconds; the first time, a millisecond. */
export const framesOf = ({ name, file }: Frame): number => {
  realm ??= runInNewContext(CODE) as Realm
  const frames = realm.frames()
  let count = 0
  for (const each of frames) if (each.getFunctionName() === name && each.getFileName() === file) count++
  return count
}
