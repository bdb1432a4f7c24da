import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { HostError } from './errors.js'
import { runTool } from './tools.js'

/** Downloads a package of npm's and unpacks it, or only `parts` of it, into `folder`/package: nothing is installed. */
export async function unpackFromNpm(name: string, folder: string, parts: string[] = []): Promise<void> {
  await runTool('npm', ['pack', name, '--silent'], {
    cwd: folder,
    install: 'it comes with Node.js',
    remedy: `${name} could not be downloaded from the npm registry: is the network up?`,
  })
  const archive = (await readdir(folder)).find(file => file.endsWith('.tgz'))
  if (!archive) throw new HostError(`npm pack ${name} left no archive in ${folder}`)
  await runTool('tar', ['-xzf', archive, ...parts], { cwd: folder, install: 'apt-get install tar' })
  await rm(join(folder, archive))
}
