import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const upTo = (folder: string): string =>
  existsSync(join(folder, 'package.json')) ? folder : upTo(dirname(folder))

/** The package's folder: the one with package.json. */
export const ROOT: string = upTo(dirname(fileURLToPath(import.meta.url)))
