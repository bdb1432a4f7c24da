import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from '../support/root.js'

/** A block of code in a page. */
export interface Block {
  /** Such as README.md:12, of its first line. */
  readonly where: string
  /** What stands behind the fence: a language, and what else is asked of it. */
  readonly info: string
  /** What a comment in front of it gives, a declaration a line: what the page has explained already. Not shown to readers. */
  readonly given: string
  readonly code: string
}

const BLOCK = /(?:<!-- given\n(?<given>.*?)\n-->\n+)?^```(?<info>[^\n]*)\n(?<code>.*?)^```$/gms

/** The pages that people read. */
export const PAGES: readonly string[] = [
  ...['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'CHANGELOG.md'],
  ...readdirSync(join(ROOT, 'docs'))
    .filter(name => name.endsWith('.md'))
    .map(name => `docs/${name}`),
]

/** The blocks of a page, in its order. */
export const blocksOf = (page: string): Block[] => {
  const text = readFileSync(join(ROOT, page), 'utf8')
  return [...text.matchAll(BLOCK)].map(({ index, groups: { given = '', info = '', code = '' } = {} }) => ({
    where: `${page}:${text.slice(0, index).split('\n').length}`,
    ...{ info, given, code },
  }))
}
