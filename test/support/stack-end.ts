// Calls that the end of the stack cuts short, each time elsewhere.
import assert from 'node:assert/strict'

const padded = (depth: number, call: () => void): void => {
  if (depth === 0) call()
  else padded(depth - 1, call)
}

/** `attempt` makes the next of the calls; `errors` has what each threw. */
const oneByOne = (all: readonly (() => void)[]) => {
  const errors: unknown[] = []
  const attempt = () => {
    const index = errors.push(undefined) - 1
    try {
      all[index]?.()
    } catch (error) {
      errors[index] = error
    }
  }
  return { errors, attempt }
}

/** Calls `all` near the stack's end, each with a little more of the stack left than the one before; what they threw. */
export const atTheEnd = (all: readonly (() => void)[]): unknown[] => {
  const { errors, attempt } = oneByOne(all)
  const dig = (): void => {
    try {
      dig()
    } catch (error) {
      for (let depth = 200; depth >= 0 && errors.length < all.length; depth--) {
        try {
          padded(depth, attempt)
        } catch {
          // not even that
        }
      }
      throw error
    }
  }
  assert.throws(dig, /call stack/)
  return errors
}

/** Makes a call at the stack's very end, and again after each step back from there; how often it has thrown. */
export const onTheWayBack = (call: () => void): number => {
  let failed = 0
  const dig = (): void => {
    try {
      dig()
    } catch {
      failed++
      call()
      failed--
    }
  }
  try {
    dig()
  } catch {
    // all the way
  }
  return failed
}

/** How many calls of `padded` there is room for. */
const room = (): number => {
  let [fits, tooMany] = [0, 100_000]
  while (tooMany - fits > 1) {
    const middle = Math.floor((fits + tooMany) / 2)
    try {
      padded(middle, () => {})
      fits = middle
    } catch {
      tooMany = middle
    }
  }
  return fits
}

/** Calls each of `all` with one more small frame of the stack left than the one before, for a Node without optimised code; what they threw. */
export const withFrames = (all: readonly (() => void)[]): unknown[] => {
  const { errors, attempt } = oneByOne(all)
  for (let depth = room(); depth > 0 && errors.length < all.length; depth--) {
    try {
      padded(depth, attempt)
    } catch {
      // not even that
    }
  }
  return errors
}
