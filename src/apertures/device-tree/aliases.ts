import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { stringsOf } from './properties.js'

const namesIn = (folder: string): string[] => {
  try {
    return readdirSync(folder)
  } catch {
    return [] // a tree may have no aliases
  }
}

/** Names such as serial0, each with the path of its node. */
export type Aliases = ReadonlyMap<string, string>

/** The tree's, from its /aliases. */
export const aliasesIn = (root: string): Aliases => {
  const folder = join(root, 'aliases')
  const entries = namesIn(folder).map((alias): [string, string] => [alias, stringsOf(folder, alias)[0] ?? ''])
  return new Map(entries.filter(([, path]) => path.startsWith('/')))
}
