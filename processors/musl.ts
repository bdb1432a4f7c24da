import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { include_dir as nodeApi } from 'node-api-headers'
import { crossCompiler, prebuilt } from '../host/addon.js'
import { projectRoot } from '../host/cache.js'
import { HostError } from '../host/errors.js'
import { runTool } from '../host/tools.js'
import type { System } from './system.js'

/** The one entry of `folder` of such a name. */
function only(folder: string, pattern: RegExp): string {
  const [found, ...more] = readdirSync(folder).filter(name => pattern.test(name))
  if (found === undefined || more.length > 0)
    throw new HostError(
      `${folder} has no single ${pattern}: remove the system's folder to have it fetched again`,
    )
  return found
}

/**
 * Compiles host.c for the system's processor and its musl, into its /tmp. It is linked with a library of musl's name that has nothing
 * but the names: the cross linker of one Debian may not be able to read the libraries of another.
 */
async function compileHost({ root, processor, tmp }: System): Promise<void> {
  const { compiler, packages } = crossCompiler(processor.name)
  const triplet = only(join(root, 'usr/lib'), /-linux-musl/)
  const loader = only(join(root, 'lib'), /^ld-musl-/)
  const compile = (...args: string[]) =>
    runTool(compiler, args, { install: `apt-get install ${packages}`, remedy: 'See processors/musl.ts.' })
  const [object, names, library] = ['host.o', 'names.s', 'libc.so'].map(name => join(tmp, name)) as [
    string,
    string,
    string,
  ]
  // the compiler knows only of glibc
  const headers = ['-nostdinc', '-isystem', join(root, 'usr/include', triplet), '-isystem', nodeApi]
  const flags = [
    '-std=c11',
    '-D_GNU_SOURCE',
    '-DNAPI_VERSION=8',
    '-O1',
    '-Wall',
    '-Wextra',
    '-Werror',
    '-fPIE',
  ]
  await compile(...flags, ...headers, '-c', '-o', object, join(projectRoot, 'processors/musl/host.c'))
  writeFileSync(names, (await undefinedIn(object)).map(name => `.globl ${name}\n${name}:\n`).join(''))
  await compile('-shared', '-nostdlib', '-Wl,-soname,libc.so', '-o', library, names)
  await compile(
    ...['-pie', '-nostdlib', '-rdynamic', `-Wl,-dynamic-linker,/lib/${loader}`, '-o', join(tmp, 'host')],
    ...[object, '-lgcc', library],
  )
}

/** What an object file wants of others. */
async function undefinedIn(object: string): Promise<string[]> {
  const text = await runTool('nm', ['--undefined-only', '--format=posix', object], {
    install: 'apt-get install binutils',
  })
  const names = text.split('\n').map(line => line.split(' ')[0] ?? '')
  return names.filter(name => name !== '' && !/^_GLOBAL_|^__global_/.test(name))
}

/** Whether the addon loads and works in a program that is linked with musl. */
export async function runOnMusl(system: System): Promise<boolean> {
  await compileHost(system)
  const addon = prebuilt(system.processor.name)
  // QEMU 7.2 drops what a 32-bit program's mmap2 asks for beyond 4 GiB
  const gibibytes = system.isEmulated && system.processor.elf.class === 1 ? '3' : '5'
  return (await system.enter(['/tmp/host', addon, gibibytes])) === 0
}
