import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { cached } from '../host/cache.js'
import { dependencyOf } from '../host/debian.js'
import { HostError } from '../host/errors.js'
import { unpackPackages } from '../host/packages.js'
import { type Architecture, findKernelPackage } from './architectures.js'
import { findFile } from './base.js'
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
  named: string | undefined,
  progress: (text: string) => void,
): Promise<Kernel> {
  const { name, origin } = findKernelPackage(architecture, named)
  const folder = await cached(`.vm/${architecture.name}/kernel-${name}`, draft =>
    unpackPackages({ debian: architecture.debian, suite: origin.suite }, draft, async source => {
      const concrete = await dependencyOf(origin.name, 'linux-image-', source)
      progress(`downloading and unpacking the kernel (${concrete})…`)
      return [concrete]
    }),
  )
  const boot = join(folder, 'boot')
  const files = existsSync(boot) ? await readdir(boot) : []
  const file = files.find(each => each.startsWith('vmlinuz-'))
  if (!file)
    throw new HostError(`no boot/vmlinuz-… in ${folder}: remove that folder to have it fetched again`)
  const release = file.slice('vmlinuz-'.length)
  const modules = findFile(folder, `lib/modules/${release}`)
  const bootImage = join(boot, file)
  return { bootImage, image: await unpackedImage(bootImage, release), release, modules }
}

/** The folder with what the guest has beside the kernel, from the cache or fetched. */
export function findBase({ name, debian }: Architecture, progress: (text: string) => void): Promise<string> {
  return cached(`.vm/${name}/base`, draft =>
    unpackPackages({ debian, suite: 'bookworm' }, draft, async () => {
      progress(`downloading and unpacking busybox and libraries for ${debian}…`)
      return base
    }),
  )
}
