// Bundles the command with its libraries into one file, so that the package itself depends on nothing at run time.
// 'io-mapping' stays an import: the command uses the same dist/ that everyone does.
import { chmodSync } from 'node:fs'
import { build } from 'esbuild'

await build({
  entryPoints: ['src/cli/iomap.ts'],
  outfile: 'dist/cli/iomap.js',
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node18',
  // its names stay, for stack traces; what nobody reads goes
  minifyWhitespace: true,
  minifySyntax: true,
  external: ['io-mapping', 'io-mapping/*'],
  legalComments: 'inline',
  logLevel: 'warning',
  // commander is CommonJS and asks for Node's own modules by require
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'\nconst require = __createRequire(import.meta.url)",
  },
})
chmodSync('dist/cli/iomap.js', 0o755)
