// How native/ becomes an addon, for each processor that the package serves. No node-gyp: Node-API's headers come from npm or
// from Node itself, so nothing is downloaded, and one file serves every Node, with glibc as with musl.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = dirname(dirname(fileURLToPath(import.meta.url)))

/** By Node's name: GNU's name of the processor, and Debian's packages to compile for it. */
const processors = JSON.parse(readFileSync(join(root, 'scripts/processors.json'), 'utf8'))
export const served = Object.keys(processors)

/** Where the addon for a processor lies in the package; and, beside the package, the same with its symbols, for debuggers. */
export const prebuilt = arch => join('prebuilds', `linux-${arch}`, 'io-mapping.node')
export const withSymbols = arch => join('build', 'symbols', `linux-${arch}`, 'io-mapping.node')

const files = readdirSync(join(root, 'native')).sort()
const sources = files.filter(name => name.endsWith('.c')).map(name => join('native', name))

const compilerFlags = [
  ...['-std=c11', '-D_GNU_SOURCE', '-DNAPI_VERSION=8', '-O2', '-g', '-fPIC', '-fvisibility=hidden'],
  ...['-Wall', '-Wextra', '-Werror'],
  '-U_FORTIFY_SOURCE', // some distributions' default, whose checks only glibc has
]
const linkerFlags = [
  '-shared',
  // No library is named: the process that loads it has one, glibc or musl, whose version then doesn't matter.
  ...['-nostdlib', '-lgcc'],
  // nodelete: a Worker's exit must not unload code that other threads still run
  ...['-Wl,-z,nodelete', '-Wl,-z,relro,-z,now'],
]

/** What is told to the compiler for a processor, whoever calls it. */
const flagsOf = arch => [
  ...compilerFlags,
  // else libgcc chooses atomic instructions at the start, by a function that only glibc has
  ...(arch === 'arm64' ? ['-mno-outline-atomics'] : []),
]

/** Tells the sources and flags that an addon was made of from others: an addon carries it, see native/addon.c. `more`: what else was chosen. */
export const stampOf = (arch, more = []) => {
  const hash = createHash('sha256').update(JSON.stringify([flagsOf(arch), more, linkerFlags]))
  for (const name of files) hash.update(`\0${name}\0`).update(readFileSync(join(root, 'native', name)))
  return `io-mapping addon of ${hash.digest('hex')}`
}

/** Something that whoever runs this can put right. */
export class BuildError extends Error {}

/** Node-API's headers: npm's, in a checkout; else those that came with this Node, if any did. */
const headers = async () => {
  const own = join(dirname(dirname(process.execPath)), 'include', 'node')
  try {
    return (await import('node-api-headers')).include_dir
  } catch {
    if (existsSync(join(own, 'node_api.h'))) return own
    throw new BuildError(
      `no node_api.h in ${own}, nor the package node-api-headers: npm install --no-save node-api-headers`,
    )
  }
}

/** What users give in one text: CC='ccache gcc', or a path, which may have spaces. */
export const words = value => {
  if (value && existsSync(value)) return [value]
  return (value ?? '').split(/\s+/).filter(Boolean)
}

const run = (command, args, hint) => {
  const [program, ...first] = command
  const { status, error } = spawnSync(program, [...first, ...args], { cwd: root, stdio: 'inherit' })
  if (error) throw new BuildError(`${command.join(' ')} can't be run (${error.code}). ${hint}`)
  if (status !== 0) throw new BuildError(`${command.join(' ')} failed (why: above)`)
}

/** The compiler for a processor: this machine's own for its own. */
export const compilerFor = arch => [arch === process.arch ? 'cc' : `${processors[arch]?.gnu}-gcc`]

const installHint = arch =>
  arch === process.arch
    ? 'Install one (Debian: apt-get install gcc libc6-dev), or name yours in CC'
    : `On Debian: apt-get install ${processors[arch]?.packages}`

/** Compiles native/, with its symbols, into the file `output`. */
export const compile = async ({ arch, compiler, output, flags = [], more = [] }) => {
  const folder = resolve(root, dirname(output))
  mkdirSync(folder, { recursive: true })
  const isUsual = compiler.join(' ') === compilerFor(arch).join(' ')
  const chosen = isUsual ? flags : [...compiler, ...flags]
  const args = [
    ...flagsOf(arch),
    ...['-isystem', await headers()],
    `-ffile-prefix-map=${root}=.`, // the same file, wherever it is made
    `-DADDON_STAMP="${stampOf(arch, chosen)}"`,
    ...flags,
    ...[...sources, ...more, ...linkerFlags],
    ...['-o', output],
  ]
  run(compiler, args, `It is to compile for ${arch}. ${installHint(arch)}.`)
}

/** Two may be made at a time. */
const draft = path => `${path}.${process.pid}`

/** Makes the addon that the package brings for a processor. */
export const prebuild = async (arch, { compiler = compilerFor(arch), flags = [] } = {}) => {
  const full = join(root, withSymbols(arch))
  const path = join(root, prebuilt(arch))
  try {
    await compile({ arch, compiler, flags, output: draft(full) })
    mkdirSync(dirname(path), { recursive: true })
    const [program, ...first] = compiler
    const { stdout } = spawnSync(program, [...first, '-print-prog-name=strip'], { encoding: 'utf8' })
    run([stdout.trim()], ['--strip-unneeded', '-o', draft(path), draft(full)], 'It came with the compiler.')
    // whole or not at all, and under no process that has the other one loaded
    renameSync(draft(full), full)
    renameSync(draft(path), path)
  } finally {
    for (const each of [full, path]) rmSync(draft(each), { force: true })
  }
}

/** What is wrong with what the package would bring for a processor; undefined if nothing is. */
export const flaw = arch => {
  const path = join(root, prebuilt(arch))
  if (!existsSync(path)) return `${relative(root, path)} is missing`
  if (!readFileSync(path).includes(stampOf(arch)))
    return `${relative(root, path)} was not made of the sources that are here, by the usual compiler with the usual flags`
}
