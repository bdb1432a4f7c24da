// node scripts/build.js [package]: builds what is not built of what is here; all, or what the package has.
//   CC, CFLAGS   for the addon: scripts/build-addon.js
import { prebuilt, root, withSymbols } from './addon.js'
import { build } from './steps.js'

const { CC, CFLAGS } = process.env
const script = name => [process.execPath, `scripts/${name}.js`]
const tsc = config => ['node_modules/.bin/tsc', '-p', config]
const typescript = folder => ({ folder, ends: ['.ts'] })

/** npm writes there what it has installed. */
const libraries = 'node_modules/.package-lock.json'

/** Those of tsconfig.json. */
const folders = ['src', 'test', 'examples', 'bench', 'host', 'vm', 'processors', 'lines']
const types = { folder: 'dist', ends: ['.d.ts'] }

const ofPackage = [
  {
    name: 'addon',
    inputs: [
      { folder: 'native', ends: ['.c', '.h'] },
      ...['scripts/addon.js', 'scripts/build-addon.js', 'scripts/processors.json', libraries],
    ],
    settings: { CC, CFLAGS, arch: process.arch },
    commands: [script('build-addon')],
    outputs: [prebuilt(process.arch), withSymbols(process.arch)],
  },
  {
    name: 'types',
    inputs: [typescript('src'), 'src/tsconfig.json', libraries],
    commands: [tsc('src/tsconfig.json')],
    outputs: [types],
  },
  {
    name: 'bundle',
    inputs: [typescript('src'), 'src/tsconfig.json', 'scripts/bundle.js', libraries],
    commands: [script('bundle')],
    outputs: [{ folder: 'dist', ends: ['.js'] }],
  },
]

const development = {
  name: 'development',
  inputs: [
    ...folders.map(typescript),
    ...['tsconfig.json', 'src/tsconfig.json', 'package.json', 'scripts/development.js', libraries],
    types,
  ],
  commands: [tsc('tsconfig.json'), script('development')],
  outputs: [
    ...folders.map(name => ({ folder: `build/${name}`, ends: ['.js'] })),
    ...['build/package.json', 'build/bench/package.json'],
  ],
}

const isPackageOnly = process.argv[2] === 'package'
if (!build(root, isPackageOnly ? ofPackage : [...ofPackage, development])) process.exitCode = 1
