import { existsSync } from 'node:fs'
import { mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { cached } from '../host/cache.js'
import { withDependencies } from '../host/debian.js'
import { unpackFromNpm } from '../host/npm.js'
import { unpackPackages } from '../host/packages.js'
import type { Processor } from './processors.js'

/** For the tests sh, env and the names of PCI devices; and another C library, with what a program for it is made with: musl.ts. */
const common = ['dash', 'coreutils', 'pci.ids', 'musl', 'musl-dev']
/** What npm's Node is linked with. */
const libraries = ['libc6', 'libstdc++6', 'libatomic1']

/** Where the machine's own files, and this project, are put. */
const mountPoints = ['dev', 'proc', 'sys', 'tmp', 'io-mapping']

/** The folder of a processor's system with Node, from the cache or fetched. */
export function findRoot(processor: Processor, progress: (text: string) => void): Promise<string> {
  const { name, debian, node } = processor
  return cached(`.processors/${name}`, async draft => {
    progress(`fetching the lists of packages for ${debian}…`)
    await unpackPackages(processor, draft, async source => {
      const names = await withDependencies([...common, ...(node ? libraries : ['nodejs'])], source)
      progress(`downloading and unpacking a system for ${debian} (${names.length} packages)…`)
      return names
    })
    await mergeFolders(draft)
    for (const folder of mountPoints) await mkdir(join(draft, folder), { recursive: true })
    await writeFile(join(draft, 'etc/passwd'), 'root:x:0:0:root:/tmp:/bin/sh\n')
    if (node === undefined) return
    progress(`downloading ${node}…`)
    await unpackFromNpm(node, draft, ['package/bin/node'])
    await rename(join(draft, 'package/bin/node'), join(draft, 'usr/bin/node'))
    await rm(join(draft, 'package'), { recursive: true })
  })
}

/** What a package of Debian's own does where nothing is in them any more: programs name their loader by the short path. */
async function mergeFolders(root: string): Promise<void> {
  for (const name of ['bin', 'lib', 'lib64']) {
    if (existsSync(join(root, 'usr', name)) && !existsSync(join(root, name)))
      await symlink(`usr/${name}`, join(root, name))
  }
}
