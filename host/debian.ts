import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { HostError } from './errors.js'
import { runTool } from './tools.js'

/** Where packages come from. */
export interface PackageSource {
  /** What apt is told of it; nothing, if it is the machine's own. */
  options: string[]
  /** What to do where there is no apt. */
  install: string
  /** How the lists of packages are renewed. */
  renew: string
}

/** Downloads Debian packages and unpacks them into `folder`: nothing is installed, root isn't needed. */
export async function unpackDebian(names: string[], folder: string, source: PackageSource): Promise<void> {
  const { options, install, renew } = source
  await runTool('apt-get', [...options, 'download', ...names], {
    cwd: folder,
    install,
    remedy: `${names.join(', ')} could not be downloaded: is the network up? Renew the lists: ${renew}`,
  })
  const archives = (await readdir(folder)).filter(file => file.endsWith('.deb'))
  if (archives.length !== names.length) {
    const asked = `apt-get download ${names.join(' ')}`
    throw new HostError(`'${asked}' left ${archives.length} .deb files in ${folder}, not ${names.length}`)
  }
  for (const archive of archives) {
    await runTool('dpkg-deb', ['-x', archive, '.'], { cwd: folder, install: 'apt-get install dpkg' })
    await rm(join(folder, archive))
  }
}

/** The concrete package that a meta package such as linux-image-amd64 stands for. */
export async function dependencyOf(name: string, prefix: string, source: PackageSource): Promise<string> {
  const { options, install, renew } = source
  const remedy = `Renew the lists of packages: ${renew}`
  const text = await runTool('apt-cache', [...options, 'depends', name], { install, remedy })
  const found = [...text.matchAll(/Depends: (\S+)/g)].map(match => match[1] ?? '')
  const concrete = found.find(dependency => dependency.startsWith(prefix))
  if (!concrete) throw new HostError(`apt-cache knows no ${prefix}… that ${name} depends on. ${remedy}`)
  return concrete
}

/** The packages and all that they depend on, as they would be installed where nothing is yet. */
export async function withDependencies(names: string[], source: PackageSource): Promise<string[]> {
  const { options, install, renew } = source
  const text = await runTool('apt-get', [...options, 'install', '--simulate', ...names], {
    install,
    remedy: `Renew the lists of packages: ${renew}`,
  })
  return [...text.matchAll(/^Inst (\S+)/gm)].map(match => match[1] ?? '')
}
