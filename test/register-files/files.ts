import { join } from 'node:path'
import { after } from 'node:test'
import { TempFolder } from '../support/files.js'

const folder = new TempFolder()
after(() => folder[Symbol.dispose]())
let count = 0

/** A file with this in it, that is gone after the tests. */
export const svdFile = (content: string | Uint8Array, name = `${count++}.svd`): string => {
  folder.write(name, content as string)
  return join(folder.path, name)
}
