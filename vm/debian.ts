import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { VmError } from './errors.js'
import { runTool } from './tools.js'

const noApt =
  "the guest's kernel and busybox are Debian's, fetched with apt-get download. On another system, unpack " +
  'linux-image-…-amd64 into .vm/kernel and busybox-static into .vm/busybox (dpkg-deb -x) by hand.'

/** Downloads a Debian package and unpacks it into `folder`: nothing is installed, root isn't needed. */
export async function unpackDebian(name: string, folder: string): Promise<void> {
  await runTool('apt-get', ['download', name], {
    cwd: folder,
    install: noApt,
    remedy: `${name} could not be downloaded: is the network up? Renew the lists: apt-get update (as root).`,
  })
  const archive = (await readdir(folder)).find(file => file.endsWith('.deb'))
  if (!archive) throw new VmError(`apt-get download ${name} left no .deb in ${folder}`)
  await runTool('dpkg-deb', ['-x', archive, '.'], { cwd: folder, install: 'apt-get install dpkg' })
  await rm(join(folder, archive))
}

/** The concrete package that a meta package such as linux-image-amd64 stands for. */
export async function dependencyOf(name: string, prefix: string): Promise<string> {
  const remedy = "'apt-get update' (as root) fetches the lists of packages."
  const text = await runTool('apt-cache', ['depends', name], { install: noApt, remedy })
  const found = [...text.matchAll(/Depends: (\S+)/g)].map(match => match[1] ?? '')
  const concrete = found.find(dependency => dependency.startsWith(prefix))
  if (!concrete) throw new VmError(`apt-cache knows no ${prefix}… that ${name} depends on. ${remedy}`)
  return concrete
}
