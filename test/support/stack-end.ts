// Calls that the end of the stack cuts short, each time elsewhere.
import assert from 'node:assert/strict'

const padded = (depth: number, call: () => void): void => {
  if (depth === 0) call()
  else padded(depth - 1, call)
}

/** Calls `all` near the stack's end, each with a little more of the stack left than the one before; what they threw. */
export const atTheEnd = (all: readonly (() => void)[]): unknown[] => {
  const errors: unknown[] = []
  const attempt = () => {
    const index = errors.push(undefined) - 1
    try {
      all[index]?.()
    } catch (error) {
      errors[index] = error
    }
  }
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
