// Compiles native/ into prebuilds/<platform>-<arch>/io-mapping.node with the system's C compiler.
// No node-gyp: Node-API's headers come from npm, so nothing is downloaded and one binary serves every Node.
//   CC, CFLAGS   another compiler (i686-linux-gnu-gcc), more flags (-fsanitize=address)
//   ARCH         the processor it builds for, as Node names it (default: this Node's)
//   ADDON_OUTPUT, ADDON_SOURCES   another file to make, more to put into it: sources or objects (test/support/variant.ts)
import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { include_dir } from 'node-api-headers'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const sources = readdirSync(join(root, 'native'))
  .filter(name => name.endsWith('.c'))
  .map(name => join('native', name))
const output =
  process.env.ADDON_OUTPUT ??
  join('prebuilds', `linux-${process.env.ARCH ?? process.arch}`, 'io-mapping.node')
const words = value => (value ?? '').split(/\s+/).filter(Boolean)
const compiler = process.env.CC ?? 'cc'
const flags = [
  ...['-std=c11', '-D_GNU_SOURCE', '-D_FILE_OFFSET_BITS=64', '-DNAPI_VERSION=8'],
  ...['-O2', '-g', '-fPIC', '-fvisibility=hidden', '-Wall', '-Wextra', '-Werror'],
  ...words(process.env.CFLAGS),
  ...['-isystem', include_dir],
  // nodelete: a Worker's exit must not unload code that other threads still run
  ...['-shared', '-Wl,-z,nodelete', '-Wl,-z,relro,-z,now'],
]

mkdirSync(resolve(root, dirname(output)), { recursive: true })
const { status, error } = spawnSync(
  compiler,
  [...flags, ...sources, ...words(process.env.ADDON_SOURCES), '-o', output],
  {
    cwd: root,
    stdio: 'inherit',
  },
)
if (error) {
  console.error(
    `io-mapping: no C compiler: '${compiler}' can't be run (${error.message}). ` +
      'Install one (Debian: apt-get install gcc libc6-dev), or name yours in CC.',
  )
}
process.exit(status ?? 1)
