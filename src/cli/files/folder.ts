import { mkdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true

/** Makes a folder, and those that it is to lie in. Node's own `recursive` has no end where the kernel lets none be made, as in /proc. */
export const makeFolder = (path: string, mode?: number): void => {
  if (isFolder(path)) return
  const outer = dirname(path)
  if (outer !== path) makeFolder(outer, mode)
  try {
    mkdirSync(path, mode)
  } catch (error) {
    if (!isFolder(path)) throw error // else another process was faster
  }
}
