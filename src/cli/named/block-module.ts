// A block of registers of the user's own: --block e1000e.ts#E1000E.
import { statSync } from 'node:fs'
import * as nodeModule from 'node:module'
import { createRequire, register } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Block, listRegisters, type Parts } from 'io-mapping/registers'
import { Failure, UsageError } from '../failure.js'
import type { Given } from './module-hooks.js'

const NAMES = [
  'io-mapping',
  'io-mapping/kernel',
  'io-mapping/registers',
  'io-mapping/pci',
  'io-mapping/testing',
]

/** From Node 22.15 on; until then they run in a thread of their own. */
const registerHooks = (nodeModule as { registerHooks?: (hooks: object) => void }).registerHooks

let hooked = false

const hook = async (): Promise<void> => {
  if (hooked) return
  hooked = true
  const own = Object.fromEntries(NAMES.map(name => [name, import.meta.resolve(name)]))
  const given: Given = { own }
  const folder = dirname(createRequire(import.meta.url).resolve('io-mapping/package.json'))
  const url = pathToFileURL(join(folder, 'dist/cli/named/module-hooks.js')).href
  if (!registerHooks) return register(url, { data: given })
  const hooks: typeof import('./module-hooks.js') = await import(url)
  hooks.initialize(given)
  registerHooks({ resolve: hooks.resolve, load: hooks.load })
}

export interface NamedBlock {
  readonly name: string
  readonly block: Block<Parts>
}

const isBlock = (value: unknown): value is Block<Parts> => {
  try {
    listRegisters(value as Block<Parts>)
    return true
  } catch {
    return false
  }
}

const load = async (path: string): Promise<Record<string, unknown>> => {
  statSync(path) // with the system's own words, if there is none
  await hook()
  try {
    return await import(pathToFileURL(resolve(path)).href)
  } catch (error) {
    const why = error instanceof Error ? error.message.split('\n')[0] : String(error)
    const older = path.endsWith('.ts') && error instanceof SyntaxError && !('typescript' in process.features)
    throw new Failure(
      `${path} can't be loaded: ${why}${older ? `. Node ${process.version} does not read TypeScript; 22.18 and later do` : ''}`,
    )
  }
}

/** The block that `FILE#NAME` names; without a name, the only one of that file. @throws UsageError, Failure */
export const loadBlock = async (text: string): Promise<NamedBlock> => {
  const [, path = text, asked] = /^(.+)#([^#/]+)$/.exec(text) ?? []
  const exported = await load(path)
  if (asked !== undefined && isBlock(exported[asked])) return { name: asked, block: exported[asked] }
  const blocks = Object.entries(exported).filter(([, value]) => isBlock(value))
  const [only] = blocks
  if (asked === undefined && only && blocks.length === 1)
    return { name: only[0], block: only[1] as Block<Parts> }
  const names = blocks.map(([name]) => name).join(', ')
  if (names === '')
    throw new UsageError(`--block is '${text}', and ${path} exports no block, which registers() returns`)
  throw new UsageError(
    asked === undefined
      ? `--block is '${text}', and ${path} has several blocks; name one behind a #: ${names}`
      : `--block is '${text}', and ${path} has no block ${asked}; it has ${names}`,
  )
}
