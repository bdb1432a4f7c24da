import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { HostError } from '../host/errors.js'
import type { Kernel } from './kernel.js'

export interface KernelModule {
  name: string
  data: Buffer
}

/** The modules asked for and all that they depend on, in the order in which they can be loaded. */
export async function resolveModules(kernel: Kernel, names: string[]): Promise<KernelModule[]> {
  if (names.length === 0) return []
  const files = await listModules(kernel)
  const builtIn = new Set(
    (await readFile(join(kernel.modules, 'modules.builtin'), 'utf8')).split('\n').map(moduleName),
  )
  const resolved = new Map<string, KernelModule>()
  const visit = async (name: string): Promise<void> => {
    if (resolved.has(name) || builtIn.has(name)) return
    const file = files.get(name)
    if (!file) throw new HostError(`Linux ${kernel.release} has no module '${name}' (in ${kernel.modules})`)
    const data = readModule(file)
    for (const dependency of dependencies(data)) await visit(dependency)
    resolved.set(name, { name, data })
  }
  for (const name of names) await visit(moduleName(name))
  return [...resolved.values()]
}

/** `vfio-pci`, `vfio_pci` and `…/vfio-pci.ko.xz` are one name to the kernel. */
function moduleName(path: string): string {
  return basename(path)
    .replace(/\.ko(\.xz)?$/, '')
    .replaceAll('-', '_')
}

async function listModules(kernel: Kernel): Promise<Map<string, string>> {
  const paths = await readdir(join(kernel.modules, 'kernel'), { recursive: true })
  const files = paths.filter(path => /\.ko(\.xz)?$/.test(path))
  return new Map(files.map(path => [moduleName(path), join(kernel.modules, 'kernel', path)]))
}

function readModule(file: string): Buffer {
  if (!file.endsWith('.xz')) return readFileSync(file)
  const { stdout, error } = spawnSync('xz', ['-dc', file], { maxBuffer: 256 << 20 })
  if (error) throw new HostError(`${file} can't be unpacked (${error.message}): apt-get install xz-utils`)
  return stdout
}

/** A package's kernel has no modules.dep yet, but each module carries its own part of it. */
function dependencies(module: Buffer): string[] {
  const key = '\0depends='
  const found = module.indexOf(key)
  if (found < 0) return []
  const start = found + key.length
  const text = module.toString('latin1', start, module.indexOf(0, start))
  return text.split(',').filter(Boolean).map(moduleName)
}
