// What users load: the library in a few files, since each of a hundred modules would take its time to be found and read; and the
// command with its own libraries, so that the package depends on nothing at run time. The types beside them are tsc's.
import { chmodSync, readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { build, transform } from 'esbuild'
import { rollup } from 'rollup'

const target = 'node18'

const tsconfigRaw = readFileSync('src/tsconfig.json', 'utf8')

/** TypeScript's modules, one by one. */
const typescript = {
  name: 'typescript',
  resolveId: (name, importer) =>
    importer && name.startsWith('.') ? resolve(dirname(importer), name.replace(/\.js$/, '.ts')) : null,
  async transform(text, sourcefile) {
    const { code } = await transform(text, { loader: 'ts', target, sourcefile, tsconfigRaw })
    return { code, map: null }
  },
}

// By rollup, since esbuild makes each top-level `const` a `var`: V8 then no longer takes it for what it is, and an access is a
// fifth slower. It is not minified: Node shows the line that has thrown.
const entries = ['index', 'kernel/index', 'registers/index', 'pci/index', 'testing/index']
const library = await rollup({
  input: Object.fromEntries(entries.map(name => [name, `src/${name}.ts`])),
  external: /^node:/,
  plugins: [typescript],
})
await library.write({ dir: 'dist', chunkFileNames: 'chunk-[hash].js', hoistTransitiveImports: false })
await library.close()

await build({
  ...{ target, bundle: true, splitting: true, platform: 'node', format: 'esm' },
  entryPoints: ['src/cli/iomap.ts', 'src/cli/named/module-hooks.ts'],
  outdir: 'dist/cli',
  external: ['io-mapping', 'io-mapping/*'], // the files that everyone loads
  legalComments: 'inline',
  logLevel: 'warning',
  minifyWhitespace: true, // names stay, for stack traces
  // commander is CommonJS and asks for Node's own modules by require
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'\nconst require = __createRequire(import.meta.url)",
  },
})
chmodSync('dist/cli/iomap.js', 0o755)
