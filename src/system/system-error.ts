import { getSystemErrorName } from 'node:util'

/** An error of a system call, in the form of Node's own. */
export type SystemError = NodeJS.ErrnoException

/** A SystemError for an errno value, such as the addon's functions return. */
export const systemError = (errno: number, syscall: string): SystemError => {
  const code = getSystemErrorName(-errno)
  return Object.assign(new Error(`${code}: ${syscall} failed`), { errno: -errno, code, syscall })
}

export const isSystemError = (error: unknown): error is SystemError =>
  error instanceof Error && 'syscall' in error
