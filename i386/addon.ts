import { spawnSync } from 'node:child_process'
import { projectRoot } from '../host/cache.js'
import { HostError } from '../host/errors.js'
import { runTool } from '../host/tools.js'

const compiler = 'i686-linux-gnu-gcc'
const install = 'apt-get install gcc-i686-linux-gnu libc6-dev-i386-cross'

/** Fails where the addon can't be built, before anything is fetched for it. */
export async function checkCompiler(): Promise<void> {
  await runTool(compiler, ['--version'], { install })
}

/** Builds prebuilds/linux-ia32/io-mapping.node. */
export function buildAddon(): void {
  const { status } = spawnSync(process.execPath, ['scripts/build-addon.js'], {
    cwd: projectRoot,
    env: { ...process.env, CC: compiler, ARCH: 'ia32' },
    stdio: 'inherit',
  })
  if (status !== 0) {
    throw new HostError(
      `the addon could not be built for ia32 (why: above); if headers are missing: ${install}`,
    )
  }
}
