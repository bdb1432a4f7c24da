import { execFileSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { ROOT } from '../../support/root.js'

const { include_dir }: { include_dir: string } = createRequire(import.meta.url)('node-api-headers')

const FLAGS = ['-std=c11', '-D_GNU_SOURCE', '-D_FILE_OFFSET_BITS=64', '-DNAPI_VERSION=8', '-O2', '-g']
const WARNINGS = ['-Wall', '-Wextra', '-Werror']

/** Compiles this folder's C into `folder`: an object for each file. Before the addon, since its linker is told what they wrap. */
export const compileWrappers = (folder: string): string[] => {
  const from = join(ROOT, 'test/native/inject')
  return readdirSync(from)
    .filter(name => name.endsWith('.c'))
    .map(name => {
      const object = join(folder, `${name}.o`)
      const flags = [...FLAGS, '-fPIC', '-fvisibility=hidden', ...WARNINGS, '-isystem', include_dir]
      execFileSync(process.env.CC ?? 'cc', [...flags, '-c', join(from, name), '-o', object], {
        stdio: ['ignore', 'inherit', 'inherit'],
      })
      return object
    })
}
