// The addon for another processor than this machine's, for which `npm run build` makes it.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot } from './cache.js'
import { HostError } from './errors.js'

/** The compiler for a processor (Node's name of it), as cross compilers are called, and Debian's packages that have it. */
export function crossCompiler(processor: string): { compiler: string; packages: string } {
  const all = JSON.parse(readFileSync(join(projectRoot, 'scripts/processors.json'), 'utf8'))
  const { gnu, packages } = all[processor]
  return { compiler: `${gnu}-gcc`, packages }
}

/** The addon for a processor, by Node's name; its path in the project. */
export const prebuilt = (processor: string): string => `prebuilds/linux-${processor}/io-mapping.node`

/** Whether that is there, of whatever sources. */
export const isPrebuilt = (processor: string): boolean => existsSync(join(projectRoot, prebuilt(processor)))

/** Makes the addon for a processor, by Node's name, if it is not there or not of the sources that are. Throws where no compiler is. */
export function buildAddon(processor: string): void {
  const { status } = spawnSync(process.execPath, ['scripts/build-addon.js', '--missing', processor], {
    cwd: projectRoot,
    stdio: 'inherit',
  })
  if (status !== 0) throw new HostError(`the addon could not be built for ${processor} (why: above)`)
}
