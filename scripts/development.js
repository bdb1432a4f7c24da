// In build/, 'io-mapping' is the library's modules, one by one, for tests that reach into them: '#io-mapping/…'. Everywhere else
// it is the bundle in dist/, and for the benchmark, which measures what users load.
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'

const { name, type, exports } = JSON.parse(readFileSync('package.json', 'utf8'))
const moduleOf = ({ default: bundled }) => bundled.replace('./dist/', './src/')
const own = Object.entries(exports).filter(([, entry]) => entry.default)
const scope = {
  ...{ name, type },
  exports: Object.fromEntries(own.map(([path, entry]) => [path, moduleOf(entry)])),
  imports: { '#io-mapping/*': './src/*' },
}
writeFileSync('build/package.json', `${JSON.stringify(scope, null, 2)}\n`)

// no name: what is asked for by one is looked for in node_modules
writeFileSync('build/bench/package.json', '{ "type": "module" }\n')
mkdirSync('build/bench/node_modules', { recursive: true })
rmSync('build/bench/node_modules/io-mapping', { force: true })
symlinkSync('../../..', 'build/bench/node_modules/io-mapping')
