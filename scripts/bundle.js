// What users load: the library in a few files, since each of a hundred modules would take its time to be found and read; and the
// command with its own libraries, so that the package depends on nothing at run time. The types beside them are tsc's.
import { chmodSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
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

/** Gives classes the names that users see in errors and logs: esbuild has `var X = class _X`, if X is named within. */
const ownNames = text =>
  [...text.matchAll(/^var (\w+) = class _\1\b/gm)].reduce(
    (all, [, name]) => all.replaceAll(new RegExp(`\\b_${name}\\b`, 'g'), name),
    text,
  )

const entries = ['index', 'kernel/index', 'registers/index', 'testing/index']
const { outputFiles } = await build({
  ...shared,
  entryPoints: entries.map(name => `src/${name}.ts`),
  outbase: 'src',
  outdir: 'dist',
  write: false,
})
for (const { path, text } of outputFiles) {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, ownNames(text))
}

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
