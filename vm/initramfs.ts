import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot } from '../host/cache.js'
import { HostError } from '../host/errors.js'
import { runTool } from '../host/tools.js'
import { CpioWriter } from './cpio.js'
import { type Command, commandPath, commandScript, initScript, modulesPath } from './init.js'
import { librariesOf } from './libraries.js'
import type { KernelModule } from './modules.js'

export interface Contents {
  busybox: string
  node: string
  modules: KernelModule[]
  command: Command
  /** More files: path in the guest, content. */
  files: Record<string, string | Uint8Array>
  /** More files and folders: path in the guest, path on the host. */
  copy: Record<string, string>
}

const addon = join(projectRoot, 'prebuilds/linux-x64/io-mapping.node')
const pciIds = ['/usr/share/misc/pci.ids', '/usr/share/hwdata/pci.ids']

/** Writes the archive that is the guest's whole file system. */
export async function writeInitramfs(path: string, contents: Contents): Promise<void> {
  const applets = await runTool(contents.busybox, ['--list'], { install: 'remove .vm/busybox' })
  const binaries = [contents.node, addon].filter(existsSync)
  const libraries = new Set((await Promise.all(binaries.map(librariesOf))).flat())
  const archive = new CpioWriter(path)
  for (const folder of ['/dev', '/proc', '/sys', '/tmp', '/root', '/etc']) archive.folder(folder)
  addBusybox(archive, contents.busybox, applets.trim().split('\n'))
  for (const library of libraries) archive.copy(library, library)
  archive.copy('/usr/bin/node', contents.node)
  addPackage(archive)
  addModules(archive, contents.modules)
  const ids = pciIds.find(existsSync)
  if (ids) archive.copy('/usr/share/misc/pci.ids', ids)
  for (const [inside, outside] of Object.entries(contents.copy)) archive.copy(inside, outside)
  for (const [inside, content] of Object.entries(contents.files)) archive.file(inside, content, 0o755)
  archive.file(commandPath, commandScript(contents.command))
  archive.file('/init', initScript(contents.command), 0o755)
  archive.close()
}

function addBusybox(archive: CpioWriter, busybox: string, applets: string[]): void {
  archive.copy('/bin/busybox', busybox)
  for (const applet of applets) if (applet !== 'busybox') archive.link(`/bin/${applet}`, 'busybox')
  archive.link('/usr/bin/env', '/bin/busybox')
}

/** What `npm install` would put there, and build/ with the tests; found as 'io-mapping' from any folder. */
function addPackage(archive: CpioWriter): void {
  for (const name of ['package.json', 'dist', 'prebuilds', 'build']) {
    const source = join(projectRoot, name)
    if (!existsSync(source)) throw new HostError(`${source} isn't there: npm run build && npm run build:dev`)
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
