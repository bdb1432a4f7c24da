import { constants } from 'node:os'
import { native } from '#io-mapping/native.js'

/** Replaces what opening `path` does while `body` runs. */
export const withOpen = (path: string, stand: () => number, body: () => void): void => {
  const original = native.open
  native.open = (name, flags) => (name === path ? stand() : original(name, flags))
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
export const systemCallError = (code: string, syscall: string): NodeJS.ErrnoException =>
  Object.assign(new Error(`${code}: ${syscall}`), { code, syscall, errno: -1 })
