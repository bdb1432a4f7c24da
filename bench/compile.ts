import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { BenchError } from './errors.js'
import { peerPrograms, peerSources } from './paths.js'

const { include_dir } = createRequire(import.meta.url)('node-api-headers') as { include_dir: string }

export const compiler: string = process.env.CC ?? 'cc'

const FLAGS = ['-std=c11', '-D_GNU_SOURCE', '-D_FILE_OFFSET_BITS=64', '-O2', '-Wall', '-Wextra', '-Werror']

/** The C files of a contestant's folder. */
const sourcesIn = (name: string): string[] =>
  readdirSync(join(peerSources, name))
    .filter(each => each.endsWith('.c'))
    .map(each => join(peerSources, name, each))

const compile = (name: string, sources: readonly string[], flags: readonly string[]): void => {
  const output = join(peerPrograms, name)
  mkdirSync(dirname(output), { recursive: true })
  const { status, error } = spawnSync(compiler, [...FLAGS, ...flags, ...sources, '-o', output], {
    stdio: 'inherit',
  })
  if (error) {
    throw new BenchError(
      `no C compiler: '${compiler}' can't be run (${error.message}). ` +
        'Install one (Debian: apt-get install gcc libc6-dev), or name yours in CC.',
    )
  }
  if (status !== 0) throw new BenchError(`the contestant ${name} does not compile`)
}

const sourcesOfC = () => [...sourcesIn('c'), join(peerSources, 'raiser', 'raiser.c')]

/** The contestant in C, for a guest, whatever libraries that has. */
export const compileStatic = (): void => compile('c-static', sourcesOfC(), ['-pthread', '-static'])

/** The contestants that are written in C. */
export const compilePeers = (): void => {
  compile('c', sourcesOfC(), ['-pthread'])
  const addon = ['-fPIC', '-shared', '-pthread', '-DNAPI_VERSION=8', '-isystem', include_dir]
  compile('accessor.node', sourcesIn('accessor'), addon)
  compile('raiser.node', sourcesIn('raiser'), addon)
}
