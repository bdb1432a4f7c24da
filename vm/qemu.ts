import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { cached } from '../host/cache.js'
import { withDependencies } from '../host/debian.js'
import { HostError } from '../host/errors.js'
import { unpackPackages } from '../host/packages.js'
import { runTool } from '../host/tools.js'
import { type Architecture, architectures } from './architectures.js'

/** How a QEMU is called: its program, and the first of its arguments. */
export type Qemu = readonly [program: string, ...first: string[]]

const isThere = (program: string): boolean => spawnSync(program, ['--version']).error === undefined

/** What this machine lacks for guests of that kind; undefined if it has all, or can fetch it. */
export function whatIsMissing({ name, qemu }: Architecture): string | undefined {
  const [tool, install] = qemu.suite
    ? ['apt-get', 'Debian or Ubuntu']
    : [qemu.program, `apt-get install ${qemu.package}`]
  return isThere(tool) ? undefined : `${name} needs QEMU (${install})`
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
  const here = architectures.find(each => each.name === process.arch)
  if (!here)
    throw new HostError(`QEMU for a ${process.arch} machine can't be fetched: on x64 and arm64 it can`)
  const folder = await cached(`.vm/qemu-${name}`, async draft => {
    progress(`downloading and unpacking QEMU of Debian ${suite}, for ${name}…`)
    await unpackPackages({ debian: here.debian, suite }, draft, source =>
      withDependencies([qemu.package], source),
    )
  })
  return unpacked(folder, program, here.gnu)
}

/** By its own loader and libraries, which are newer than this machine's may be. */
function unpacked(folder: string, program: string, gnu: string): Qemu {
  const libraries = join(folder, 'usr/lib', gnu)
  const loader = readdirSync(libraries).find(name => name.startsWith('ld-linux'))
  if (!loader) throw new HostError(`no loader in ${libraries}: remove ${folder} to have it fetched again`)
  return [
    join(libraries, loader),
    ...['--library-path', libraries, join(folder, 'usr/bin', program)],
    ...['-L', join(folder, 'usr/share/qemu')],
  ]
}
