import { existsSync, rmSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, rename } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { atExit } from './cleanup.js'

/** The project's folder: this file is compiled to build/host/. */
export const projectRoot = fileURLToPath(new URL('../../', import.meta.url))

/**
 * The folder `name` of the project, for what is downloaded and unpacked, made by `make` when it isn't there yet.
 * It appears whole or not at all, however many processes want it at once; removing it is always safe, and renews it.
 */
export async function cached(name: string, make: (folder: string) => Promise<void>): Promise<string> {
  const folder = join(projectRoot, name)
  if (existsSync(folder)) return folder
  await mkdir(dirname(folder), { recursive: true })
  const draft = await mkdtemp(`${folder}.draft-`)
  const discard = () => rmSync(draft, { recursive: true, force: true })
  const keep = atExit(discard)
  try {
    await chmod(draft, 0o755)
    await make(draft)
    await rename(draft, folder).catch(error => {
      if (!existsSync(folder)) throw error // otherwise another process was faster, with the same content
    })
  } finally {
    discard()
    keep()
  }
  return folder
}
