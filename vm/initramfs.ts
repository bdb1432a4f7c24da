import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot } from '../host/cache.js'
import { HostError } from '../host/errors.js'
import type { Architecture } from './architectures.js'
import { addLibraries, findFile } from './base.js'
import { CpioWriter } from './cpio.js'
import { type Command, commandPath, commandScript, initScript, modprobe, modulesPath } from './init.js'
import type { KernelModule } from './modules.js'

export interface Contents {
  architecture: Architecture
  /** The folder of findBase. */
  base: string
  node: string
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
  addModules(archive, contents.modules)
  const ids = pciIds.find(existsSync)
  if (ids) archive.copy('/usr/share/misc/pci.ids', ids)
  for (const [inside, outside] of Object.entries(contents.copy)) archive.copy(inside, outside)
  for (const [inside, content] of Object.entries(contents.files)) archive.file(inside, content, 0o755)
  archive.file(commandPath, commandScript(command))
  archive.file('/usr/local/bin/modprobe', modprobe, 0o755)
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

function addModules(archive: CpioWriter, modules: KernelModule[]): void {
  const paths = modules.map(({ name }) => `/lib/modules/${name}.ko`)
  for (const [index, { data }] of modules.entries()) archive.file(paths[index] ?? '', data)
  archive.file(modulesPath, paths.map(path => `${path}\n`).join(''))
}
