import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { cached } from '../host/cache.js'
import { dependencyOf, type PackageSource, unpackDebian } from '../host/debian.js'
import { HostError } from '../host/errors.js'
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

const debian: PackageSource = {
  options: [],
  install:
    "the guest's kernel and busybox are Debian's, fetched with apt-get download. On another system, unpack " +
    'linux-image-…-amd64 into .vm/kernel and busybox-static into .vm/busybox (dpkg-deb -x) by hand.',
  renew: 'apt-get update (as root).',
}

/** Debian's kernel for amd64, from the cache or fetched. */
export async function findKernel(progress: (text: string) => void): Promise<Kernel> {
  const folder = await cached('.vm/kernel', async draft => {
    const name = await dependencyOf('linux-image-amd64', 'linux-image-', debian)
    progress(`downloading and unpacking the kernel (${name})…`)
    await unpackDebian([name], draft, debian)
  })
  const boot = join(folder, 'boot')
  const files = existsSync(boot) ? await readdir(boot) : []
  const file = files.find(name => name.startsWith('vmlinuz-'))
  if (!file)
    throw new HostError(`no boot/vmlinuz-… in ${folder}: remove that folder to have it fetched again`)
  const release = file.slice('vmlinuz-'.length)
  const modules = ['lib/modules', 'usr/lib/modules']
    .map(place => join(folder, place, release))
    .find(place => existsSync(place))
  if (!modules)
    throw new HostError(`no lib/modules/${release} in ${folder}: remove that folder to have it fetched again`)
  const bootImage = join(boot, file)
  return { bootImage, image: await unpackedImage(bootImage, release), release, modules }
}

/** The path of a statically linked busybox, from the cache or fetched. */
export async function findBusybox(progress: (text: string) => void): Promise<string> {
  const folder = await cached('.vm/busybox', async draft => {
    progress('downloading busybox…')
    await unpackDebian(['busybox-static'], draft, debian)
  })
  const path = ['bin/busybox', 'usr/bin/busybox'].map(place => join(folder, place)).find(existsSync)
  if (!path) throw new HostError(`no bin/busybox in ${folder}: remove that folder to have it fetched again`)
  return path
}
