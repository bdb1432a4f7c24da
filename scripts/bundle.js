// What users load: the library in a few files, since each of a hundred modules would take its time to be found and read; and the
// command with its own libraries, so that the package depends on nothing at run time. The types beside them are tsc's.
import { chmodSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'

const shared = {
  bundle: true,
  splitting: true,
  platform: 'node',
  format: 'esm',
  target: 'node18',
  logLevel: 'warning',
}

// of an earlier bundle, whose pieces had other names
const old = readdirSync('dist', { recursive: true, encoding: 'utf8' }).filter(name => name.endsWith('.js'))
for (const name of old) rmSync(join('dist', name))

const entries = ['index', 'kernel/index', 'registers/index', 'testing/index']
await build({
  ...shared,
  entryPoints: entries.map(name => `src/${name}.ts`),
  outbase: 'src',
  outdir: 'dist',
})

await build({
  ...shared,
  entryPoints: ['src/cli/iomap.ts'],
  outdir: 'dist/cli',

  external: ['io-mapping', 'io-mapping/*'], // the files that everyone loads
  legalComments: 'inline',
  minifyWhitespace: true, // names stay, for stack traces. Not the library's: Node shows the line that has thrown
  // commander is CommonJS and asks for Node's own modules by require
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'\nconst require = __createRequire(import.meta.url)",
  },
})
chmodSync('dist/cli/iomap.js', 0o755)
