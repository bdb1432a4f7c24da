import { mkdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'

/** Makes a folder, and those that it is to lie in. Node's own `recursive` has no end where the kernel lets none be made, as in /proc. */
export const makeFolder = (path: string, mode?: number): void => {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return
  const outer = dirname(path)
  if (outer !== path) makeFolder(outer, mode)
  mkdirSync(path, mode)
}
