import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The project's folder: this file is compiled to build/test/support/. */
export const ROOT: string = fileURLToPath(new URL('../../../', import.meta.url)).replace(/\/$/, '')

/** Where 'io-mapping' is its modules, one by one, as it is for the tests; elsewhere it is the bundle. */
export const BUILD: string = join(ROOT, 'build')
