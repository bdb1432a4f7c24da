import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The project's folder: this file is compiled to build/bench/. */
export const projectRoot: string = fileURLToPath(new URL('../../', import.meta.url))

/** Where the sources in C and Python are. */
export const peerSources: string = join(projectRoot, 'bench', 'peers')

/** Where the contestants are, compiled. */
export const peerPrograms: string = join(projectRoot, 'build', 'bench', 'peers')
