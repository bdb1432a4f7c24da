import { constants } from 'node:os'
import { type Native, native } from '#io-mapping/system/native.js'

/** Replaces what opening `path` does while `body` runs: `stand` gets the flags, and what would have opened it. */
export const withOpen = (
  path: string,
  stand: (flags: number, open: () => number) => number,
  body: () => void,
): void => {
  const original = native.open
  native.open = (owner, name, flags) => {
    const open = () => original(owner, name, flags)
    return name === path ? stand(flags, open) : open()
  }
  try {
    body()
  } finally {
    native.open = original
  }
}

/** Has the `nth` laying of pages from now on refused with `code`, and those before and behind it done. */
export const withLayRefused = (code: 'ENOMEM' | 'EACCES', nth: number, body: () => void): void => {
  const original = native.lay
  let calls = 0
  native.lay = (...rest) => (++calls === nth ? constants.errno[code] : original(...rest))
  try {
    body()
  } finally {
    native.lay = original
  }
}

/** An error as a system call of Node's gives it. */
export const systemCallError = (code: string, syscall: string): NodeJS.ErrnoException => {
  const errno = -((constants.errno as Record<string, number>)[code] ?? 0)
  return Object.assign(new Error(`${code}: ${syscall}`), { code, syscall, errno })
}

/** Has a function of the addon do `stand` instead, until this is disposed of. */
export const patchNative = <Name extends keyof Native>(name: Name, stand: Native[Name]): Disposable => {
  const original = native[name]
  native[name] = stand
  return {
    [Symbol.dispose]: () => {
      native[name] = original
    },
  }
}

/** Counts the calls of functions of the addon, until this is disposed of. */
export const countCalls = <Name extends keyof Native>(
  ...names: Name[]
): Disposable & { readonly counts: Record<Name, number> } => {
  const counts = Object.fromEntries(names.map(name => [name, 0])) as Record<Name, number>
  const patches = names.map(name => {
    const original = native[name] as (...values: unknown[]) => unknown
    return patchNative(name, ((...values: unknown[]) => {
      counts[name]++
      return original(...values)
    }) as Native[Name])
  })
  return {
    counts,
    [Symbol.dispose]: () => {
      for (const patch of patches) patch[Symbol.dispose]()
    },
  }
}
