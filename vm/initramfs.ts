import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot } from '../host/cache.js'
import { HostError } from '../host/errors.js'
import type { Architecture } from './architectures.js'
import { addLibraries, findFile } from './base.js'
import { CpioWriter } from './cpio.js'
import { type Command, commandPath, commandScript, initScript, modulesPath } from './init.js'
import type { KernelModule } from './modules.js'

export interface Contents {
  architecture: Architecture
  /** The folder of findBase. */
  base: string
  node: string
  /** Of the kernel, as `uname -r` names it. */
  release: string
  modules: KernelModule[]
  command: Command
  /** More files: path in the guest, content. */
  files: Record<string, string | Uint8Array>
  /** More files and folders: path in the guest, path on the host. */
  copy: Record<string, string>
}

const pciIds = ['/usr/share/misc/pci.ids', '/usr/share/hwdata/pci.ids']

/** Writes the archive that is the guest's whole file system. */
export function writeInitramfs(path: string, contents: Contents): void {
  const { architecture, base, command } = contents
  const archive = new CpioWriter(path)
  for (const folder of ['/dev', '/proc', '/sys', '/tmp', '/root', '/etc']) archive.folder(folder)
  archive.copy('/bin/busybox', findFile(base, 'bin/busybox'))
  archive.link('/usr/bin/env', '/bin/busybox')
  addLibraries(archive, base, architecture)
  archive.copy('/usr/bin/node', contents.node)
  addPackage(archive)
  addModules(archive, contents.release, contents.modules)
  const ids = pciIds.find(existsSync)
  if (ids) archive.copy('/usr/share/misc/pci.ids', ids)
  for (const [inside, outside] of Object.entries(contents.copy)) archive.copy(inside, outside)
  for (const [inside, content] of Object.entries(contents.files)) archive.file(inside, content, 0o755)
  archive.file(commandPath, commandScript(command))
  archive.file('/init', initScript(command, architecture.serial.names), 0o755)
  archive.close()
}

/** What `npm install` would put there, and build/ with the tests; found as 'io-mapping' from any folder. */
function addPackage(archive: CpioWriter): void {
  const own = ['package.json', 'dist', 'prebuilds', 'scripts']
  const built = ['package.json', 'src', 'test', 'examples'].map(name => `build/${name}`)
  for (const name of [...own, ...built]) {
    const source = join(projectRoot, name)
    if (!existsSync(source)) throw new HostError(`${source} isn't there: npm run build:dev`)
    archive.copy(`/io-mapping/${name}`, source)
  }
  archive.link('/node_modules/io-mapping', '/io-mapping')
  archive.link('/usr/bin/iomap', '/io-mapping/dist/cli/iomap.js')
}

/** All are loaded when the guest starts; modprobe knows that of these. */
function addModules(archive: CpioWriter, release: string, modules: KernelModule[]): void {
  const folder = `/lib/modules/${release}`
  for (const { name, data } of modules) archive.file(`${folder}/${name}.ko`, data)
  archive.file(`${folder}/modules.dep`, modules.map(({ name }) => `${name}.ko:\n`).join(''))
  archive.file(modulesPath, modules.map(({ name }) => `${folder}/${name}.ko\n`).join(''))
}
