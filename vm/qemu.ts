import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { crossCompiler, isPrebuilt } from '../host/addon.js'
import { cached } from '../host/cache.js'
import { withDependencies } from '../host/debian.js'
import { HostError } from '../host/errors.js'
import { unpackPackages } from '../host/packages.js'
import { runTool } from '../host/tools.js'
import type { Architecture } from './architectures.js'

/** How a QEMU is called: its program, and the first of its arguments. */
export type Qemu = readonly [program: string, ...first: string[]]

const isThere = (program: string): boolean => spawnSync(program, ['--version']).error === undefined

/** What this machine lacks for guests of that kind; undefined if it has all, or can fetch it. */
export function whatIsMissing({ name, qemu }: Architecture): string | undefined {
  const [tool, install] = qemu.suite
    ? ['apt-get', 'Debian or Ubuntu']
    : [qemu.program, `apt-get install ${qemu.package}`]
  if (!isThere(tool)) return `${name} needs QEMU (${install})`
  if (isPrebuilt(name)) return undefined
  const { compiler, packages } = crossCompiler(name)
  return isThere(compiler) ? undefined : `${name} needs a compiler (apt-get install ${packages})`
}

/** The QEMU for a guest: this machine's, or, where the architecture asks for a certain one, from the cache or fetched. */
export async function findQemu(
  { name, qemu }: Architecture,
  progress: (text: string) => void,
): Promise<Qemu> {
  const { program, suite } = qemu
  if (suite === undefined) {
    await runTool(program, ['--version'], { install: `apt-get install ${qemu.package}` })
    return [program]
  }
  const folder = await cached(`.vm/qemu-${name}`, async draft => {
    progress(`downloading and unpacking QEMU of Debian ${suite}, for ${name}…`)
    await unpackPackages({ suite }, draft, source => withDependencies([qemu.package], source))
  })
  return unpacked(folder, program)
}

/** Where the libraries are, not a link to it that some architectures have above them. */
const isLoader = (path: string): boolean => basename(path).startsWith('ld-linux') && dirname(path) !== '.'

/** By its own loader and libraries, which are newer than this machine's may be. */
function unpacked(folder: string, program: string): Qemu {
  const libraries = join(folder, 'usr/lib')
  const found = readdirSync(libraries, { encoding: 'utf8', recursive: true }).find(isLoader)
  if (!found) throw new HostError(`no loader in ${libraries}: remove ${folder} to have it fetched again`)
  const loader = join(libraries, found)
  return [
    loader,
    ...['--library-path', dirname(loader), join(folder, 'usr/bin', program)],
    ...['-L', join(folder, 'usr/share/qemu')],
  ]
}
