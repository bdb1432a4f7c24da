import { type Stats, statSync } from 'node:fs'
import { STDIN } from './input.js'

/** Of a file: another, once it is written again. */
export const stateOf = ({ dev, ino, mtimeMs, size }: Stats): string => [dev, ino, mtimeMs, size].join('-')

/** The same of what a path leads to; of standard input, and of what is not there, always one. */
export const stateAt = (path: string): string => {
  const found = path === STDIN ? undefined : statSync(path, { throwIfNoEntry: false })
  return found ? stateOf(found) : ''
}
