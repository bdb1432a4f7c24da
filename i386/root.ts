import { mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { cached } from '../host/cache.js'
import { unpackDebian, withDependencies } from '../host/debian.js'
import { unpackFromNpm } from '../host/npm.js'
import { i386Packages, suite } from './packages.js'

/** Node; and for the tests sh, env and the names of PCI devices. */
const packages = ['nodejs', 'dash', 'coreutils', 'pci.ids']

/** The last line of npm that Node 18 can run. Debian's would bring 400 packages along. */
const npm = 'npm@10'

/** Where the machine's own files, and this project, are put. */
const mountPoints = ['dev', 'proc', 'sys', 'tmp', 'io-mapping']

/** The folder of a 32-bit system with Node, from the cache or fetched. */
export function findRoot(progress: (text: string) => void): Promise<string> {
  return cached(`.i386/${suite}`, async draft => {
    progress('fetching the lists of packages for i386…')
    const state = join(draft, 'apt')
    const source = await i386Packages(state)
    const names = await withDependencies(packages, source)
    progress(`downloading and unpacking nodejs for i386 and what it needs (${names.length} packages)…`)
    await unpackDebian(names, draft, source)
    await rm(state, { recursive: true })
    progress(`downloading ${npm}…`)
    await addNpm(draft)
    for (const folder of mountPoints) await mkdir(join(draft, folder), { recursive: true })
    await writeFile(join(draft, 'etc/passwd'), 'root:x:0:0:root:/tmp:/bin/sh\n')
  })
}

async function addNpm(root: string): Promise<void> {
  await unpackFromNpm(npm, root)
  await mkdir(join(root, 'usr/lib/node_modules'), { recursive: true })
  await rename(join(root, 'package'), join(root, 'usr/lib/node_modules/npm'))
  await symlink('../lib/node_modules/npm/bin/npm-cli.js', join(root, 'usr/bin/npm'))
}
