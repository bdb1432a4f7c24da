import { existsSync } from 'node:fs'
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { cached } from '../host/cache.js'
import { dependencyOf, type PackageSource, unpackDebian } from '../host/debian.js'
import { HostError } from '../host/errors.js'
import { packagesOf } from '../host/packages.js'
import { type Architecture, kernelPackage } from './architectures.js'
import { unpackedImage } from './image.js'

export interface Kernel {
  /** The image as a boot loader wants it. */
  bootImage: string
  /** The image that starts fastest. */
  image: string
  /** As `uname -r` names it. */
  release: string
  /** The folder lib/modules/RELEASE. */
  modules: string
}

/** What the guest has beside the kernel: a shell and its commands in one file, and the libraries of Node and of what is compiled for it. */
const base = ['busybox-static', 'libc6', 'libstdc++6', 'libgcc-s1', 'libatomic1']

/** Debian's kernel for guests of that kind, from the cache or fetched. */
export async function findKernel(
  architecture: Architecture,
  pages: string,
  progress: (text: string) => void,
): Promise<Kernel> {
  const { suite, name } = kernelPackage(architecture, pages)
  const folder = await fetched(architecture, `kernel-${pages}`, suite, async source => {
    const concrete = await dependencyOf(name, 'linux-image-', source)
    progress(`downloading and unpacking the kernel (${concrete})…`)
    return [concrete]
  })
  const boot = join(folder, 'boot')
  const files = existsSync(boot) ? await readdir(boot) : []
  const file = files.find(each => each.startsWith('vmlinuz-'))
  if (!file) throw new HostError(`no boot/vmlinuz-… in ${folder}: ${again}`)
  const release = file.slice('vmlinuz-'.length)
  const modules = ['lib/modules', 'usr/lib/modules']
    .map(place => join(folder, place, release))
    .find(place => existsSync(place))
  if (!modules) throw new HostError(`no lib/modules/${release} in ${folder}: ${again}`)
  const bootImage = join(boot, file)
  return { bootImage, image: await unpackedImage(bootImage, release), release, modules }
}

/** The folder with what the guest has beside the kernel, from the cache or fetched. */
export function findBase(architecture: Architecture, progress: (text: string) => void): Promise<string> {
  return fetched(architecture, 'base', 'bookworm', async () => {
    progress(`downloading and unpacking busybox and libraries for ${architecture.debian}…`)
    return base
  })
}

const again = 'remove that folder to have it fetched again'

/** A folder of unpacked packages of Debian's, which `choose` names. */
function fetched(
  { name, debian }: Architecture,
  what: string,
  suite: string,
  choose: (source: PackageSource) => Promise<string[]>,
): Promise<string> {
  return cached(`.vm/${name}/${what}`, async draft => {
    const state = join(draft, 'apt')
    const source = await packagesOf({ debian, suite }, state)
    await unpackDebian(await choose(source), draft, source)
    await rm(state, { recursive: true })
  })
}
