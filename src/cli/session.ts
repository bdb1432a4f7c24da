// What the commands of one process have in common, where it runs several: `iomap run`, `iomap shell`. A command alone keeps nothing.

interface Kept {
  readonly value: unknown
  readonly of: unknown
}

let kept: Map<string, Kept> | undefined

const dispose = (value: unknown): void => {
  if (typeof value === 'object' && value !== null && Symbol.dispose in value)
    (value as Disposable)[Symbol.dispose]()
}

/** Runs `work`, a session: what its commands remember stays until its end. One within another is a part of it. */
export const session = async <T>(work: () => Promise<T>): Promise<T> => {
  if (kept) return await work()
  kept = new Map()
  try {
    return await work()
  } finally {
    forgetAll()
    kept = undefined
  }
}

/**
 * What is known under `key` in this session, or else what `make` makes; without a session, that. `of` is what it is made of: once that is another,
 * it is made anew.
 */
export const remember = <T>(key: string, make: () => T, of?: unknown): T => {
  const known = kept?.get(key)
  if (known && known.of === of) return known.value as T
  const value = make()
  forget(key)
  kept?.set(key, { value, of })
  return value
}

/** Forgets one thing, and disposes of it. */
export const forget = (key: string): void => {
  dispose(kept?.get(key)?.value)
  kept?.delete(key)
}

/** Forgets all: after an error, what is kept may be of a device that has gone. */
export const forgetAll = (): void => {
  for (const key of [...(kept?.keys() ?? [])]) forget(key)
}

/** Whether there is one. */
export const inSession = (): boolean => kept !== undefined
