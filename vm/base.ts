import { existsSync, lstatSync, readdirSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { HostError } from '../host/errors.js'
import type { Architecture } from './architectures.js'
import type { CpioWriter } from './cpio.js'

/** Where a package of Debian's may put what another puts at the root; the guest has it at the root. */
const prefixes = ['', 'usr']

/** The file `path` of unpacked packages. */
export function findFile(folder: string, path: string): string {
  const found = prefixes.map(prefix => join(folder, prefix, path)).find(existsSync)
  if (found) return found
  throw new HostError(`no ${path} in ${folder}: remove that folder to have it fetched again`)
}

/** Puts the libraries of unpacked packages, and the loader, where programs look for them. */
export function addLibraries(archive: CpioWriter, folder: string, { gnu }: Architecture): void {
  for (const place of ['lib', 'lib64', `lib/${gnu}`]) {
    for (const source of prefixes.map(prefix => join(folder, prefix, place)).filter(existsSync)) {
      for (const name of readdirSync(source).filter(each => /\.so(\.\d+)*$/.test(each))) {
        const path = join(source, name)
        if (lstatSync(path).isSymbolicLink()) archive.link(`/${place}/${name}`, readlinkSync(path))
        else archive.copy(`/${place}/${name}`, path)
      }
    }
  }
}
