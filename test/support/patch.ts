import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'

/** Replaces what opening `path` does while `body` runs. */
export const withOpen = (path: string, stand: () => number, body: () => void): void => {
  const original = fs.openSync
  fs.openSync = (name, ...rest) => (name === path ? stand() : original(name, ...rest))
  syncBuiltinESMExports()
  try {
    body()
  } finally {
    fs.openSync = original
    syncBuiltinESMExports()
  }
}

/** An error as a system call of Node's gives it. */
export const systemCallError = (code: string, syscall: string): NodeJS.ErrnoException =>
  Object.assign(new Error(`${code}: ${syscall}`), { code, syscall, errno: -1 })
