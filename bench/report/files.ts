import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot } from '../paths.js'
import type { Results } from '../results.js'
import { guestMarkdownOf, markdownOf, replaceResults } from './markdown.js'

const RESULTS = join(projectRoot, 'bench', 'results.json')
const PAGE = join(projectRoot, 'docs', 'performance.md')

export const readResults = (): Results => JSON.parse(readFileSync(RESULTS, 'utf8')) as Results

export const writeResults = (results: Results): void =>
  writeFileSync(RESULTS, `${JSON.stringify(results, null, 2)}\n`)

const write = (command: string, generated: string): void =>
  writeFileSync(PAGE, replaceResults(readFileSync(PAGE, 'utf8'), command, generated))

export const writePage = (results: Results): void => write('bench', markdownOf(results))

export const writeGuestPage = (results: Results): void => write('bench:guest', guestMarkdownOf(results))
