// Hooks for Node's loader of modules, while a user's block of registers is loaded: io-mapping is the one that this command is of, so that a
// block is one for both, and none need be installed; what is imported as .js may be .ts; and a Node that doesn't read TypeScript reads what of
// it is JavaScript, as all is that `iomap svd` writes. Node 20 runs them in a thread of their own.
import { existsSync, readFileSync } from 'node:fs'
import * as nodeModule from 'node:module'
import { fileURLToPath } from 'node:url'

export interface Given {
  /** The addresses of this package's modules by what they are imported as. */
  readonly own: Readonly<Record<string, string>>
}

let given: Given = { own: {} }

export const initialize = (data: Given): void => {
  given = data
}

interface Resolved {
  readonly url: string
  readonly shortCircuit?: boolean
}
interface Context {
  readonly parentURL?: string | undefined
}
type Next<T> = (name: string, context: unknown) => T | Promise<T>

/** The TypeScript that a relative import of JavaScript means, if there is only that. */
const sourceOf = (specifier: string, parent: string | undefined): string | undefined => {
  if (!/^\.\.?\/.*\.js$/.test(specifier) || !parent?.startsWith('file:')) return undefined
  const compiled = new URL(specifier, parent)
  const source = new URL(specifier.replace(/js$/, 'ts'), parent)
  return !existsSync(compiled) && existsSync(source) ? source.href : undefined
}

export const resolve = (
  specifier: string,
  context: Context,
  next: Next<Resolved>,
): Resolved | Promise<Resolved> => {
  const url = given.own[specifier] ?? sourceOf(specifier, context.parentURL)
  return url === undefined ? next(specifier, context) : { url, shortCircuit: true }
}

interface Loaded {
  readonly format: string
  readonly source?: string
  readonly shortCircuit?: boolean
}

/** From Node 22.13 on. */
const strip = (nodeModule as { stripTypeScriptTypes?: (text: string) => string }).stripTypeScriptTypes

export const load = (url: string, context: unknown, next: Next<Loaded>): Loaded | Promise<Loaded> => {
  const native = (process.features as { typescript?: unknown }).typescript
  if (native || !url.startsWith('file:') || !/\.m?ts$/.test(new URL(url).pathname)) return next(url, context)
  const text = readFileSync(fileURLToPath(url), 'utf8')
  return { format: 'module', source: strip ? strip(text) : text, shortCircuit: true }
}
