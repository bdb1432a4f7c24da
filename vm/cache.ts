import { existsSync, rmSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { atExit } from './cleanup.js'

/** The project's folder: this file is compiled to build/vm/. */
export const projectRoot = fileURLToPath(new URL('../../', import.meta.url))

/** What was downloaded and unpacked for guests; removing it is always safe, and renews it. */
export const cacheRoot = join(projectRoot, '.vm')

/**
 * The folder `name` of the cache, made by `make` when it isn't there yet.
 * It appears whole or not at all, however many processes want it at once.
 */
export async function cached(name: string, make: (folder: string) => Promise<void>): Promise<string> {
  const folder = join(cacheRoot, name)
  if (existsSync(folder)) return folder
  await mkdir(cacheRoot, { recursive: true })
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
