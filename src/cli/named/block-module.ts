// A block of registers of the user's own: --block e1000e.ts#E1000E.
import { existsSync, statSync } from 'node:fs'
import * as nodeModule from 'node:module'
import { createRequire, register } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Block, listRegisters, type Parts } from 'io-mapping/registers'
import { Failure, Interrupted, UsageError } from '../failure.js'
import { stateAt, stateOf } from '../files/state.js'
import { forget, remember } from '../session.js'
import { interruptible } from '../signals.js'
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

/** What a module throws can be anything. */
const wordsOf = (error: unknown): string => {
  try {
    return String(error instanceof Error ? error.message : error)
  } catch {
    return 'it throws what has no words'
  }
}

/** What `loading` gives, which has no end if the module waits for what never comes: then Ctrl-C ends it, or that there is nothing left to do. */
const settled = <T>(loading: Promise<T>): Promise<T> =>
  interruptible(async signal => {
    let stall = () => {}
    const stopped = new Promise<never>((_, reject) => {
      stall = () => reject(new Error('it awaits what never comes'))
      signal.addEventListener('abort', () => reject(signal.reason))
    })
    process.once('beforeExit', stall)
    try {
      return await Promise.race([loading, stopped])
    } finally {
      process.off('beforeExit', stall)
    }
  })

const load = async (path: string): Promise<Record<string, unknown>> => {
  // With the system's own words, if there is none. A pipe could not even be waited for in a way that Ctrl-C ends.
  const status = statSync(path)
  if (!status.isFile()) throw new Failure(`${path} is not an ordinary file`)
  await hook()
  const url = pathToFileURL(resolve(path))
  url.search = stateOf(status) // Node keeps a module as long as it runs: one that is edited meanwhile is another to it
  try {
    return await settled(import(url.href))
  } catch (error) {
    if (error instanceof Interrupted) throw error
    const why = wordsOf(error).split('\n')[0]
    const older =
      /\.[cm]?ts$/.test(path) && error instanceof SyntaxError && !('typescript' in process.features)
    throw new Failure(
      `${path} can't be loaded: ${why}${older ? `. Node ${process.version} does not read TypeScript; 22.18 and later do` : ''}`,
    )
  }
}

/** A session loads it once: an import, even of what is loaded, asks the hooks' thread where they have one, which takes longer than a read. */
const loadOnce = async (path: string): Promise<Record<string, unknown>> => {
  const key = `module ${resolve(path)}`
  try {
    return await remember(key, () => load(path), stateAt(path))
  } catch (error) {
    forget(key) // it may be mended
    throw error
  }
}

/** The block that `FILE#NAME` names; without a name, the only one of that file. @throws UsageError, Failure */
export const loadBlock = async (text: string): Promise<NamedBlock> => {
  const [, path = text, asked] = existsSync(text) ? [] : (/^(.+)#([^#/]+)$/.exec(text) ?? [])
  const exported = await loadOnce(path)
  if (asked !== undefined && isBlock(exported[asked])) return { name: asked, block: exported[asked] }
  const all = Object.entries(exported).filter(([, value]) => isBlock(value))
  const blocks = all.filter(
    ([name, block]) => name !== 'default' || all.every(other => other[0] === name || other[1] !== block),
  )
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
