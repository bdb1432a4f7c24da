import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { BenchError } from './errors.js'
import { peerPrograms, peerSources } from './paths.js'

const { include_dir } = createRequire(import.meta.url)('node-api-headers') as { include_dir: string }

export const compiler: string = process.env.CC ?? 'cc'

const FLAGS = ['-std=c11', '-D_GNU_SOURCE', '-D_FILE_OFFSET_BITS=64', '-O2', '-Wall', '-Wextra', '-Werror']

const compile = (folder: string, output: string, flags: readonly string[]): void => {
  const sources = readdirSync(folder)
    .filter(name => name.endsWith('.c'))
    .map(name => join(folder, name))
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
  if (status !== 0) throw new BenchError(`${folder} does not compile`)
}

/** The contestants that are written in C. */
export const compilePeers = (): void => {
  compile(join(peerSources, 'c'), join(peerPrograms, 'c'), ['-pthread'])
  const addon = ['-fPIC', '-shared', '-DNAPI_VERSION=8', '-isystem', include_dir]
  compile(join(peerSources, 'accessor'), join(peerPrograms, 'accessor.node'), addon)
}
