// Modules that were generated: formatted, compiled, loaded.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after } from 'node:test'
import { pathToFileURL } from 'node:url'
import { type Block, listRegisters, type Parts } from 'io-mapping/registers'
import { ROOT } from '../support/root.js'

const toolPath = (name: string): string => join(ROOT, 'node_modules/.bin', name)

/** For a test's `skip`: why nothing can be compiled here. */
export const noTools: string | false =
  process.arch !== 'x64'
    ? `the compiler runs on this machine's own processor, not ${process.arch}`
    : ['tsc', 'biome'].every(name => existsSync(toolPath(name)))
      ? false
      : 'NOT TESTED: generated modules need tsc and biome (npm install)'
if (typeof noTools === 'string' && noTools.startsWith('NOT TESTED')) {
  if (process.env.CI) throw new Error(noTools)
  console.error(`io-mapping: ${noTools}`)
}

/** A module as this project's formatter would have it. */
export const formatted = (text: string): string =>
  execFileSync(toolPath('biome'), ['format', '--stdin-file-path=generated.ts'], {
    cwd: ROOT,
    input: text,
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
    stdio: ['pipe', 'pipe', 'pipe'],
  })

/** Compiles modules, strictly and with declarations, where 'io-mapping/registers' is this package; and loads them. */
export const compiled = async (
  texts: Readonly<Record<string, string>>,
): Promise<Record<string, Record<string, unknown>>> => {
  mkdirSync(join(ROOT, 'build'), { recursive: true })
  const folder = mkdtempSync(join(ROOT, 'build/svd-'))
  after(() => rmSync(folder, { recursive: true, force: true }))
  const options = {
    extends: '../../src/tsconfig.json',
    compilerOptions: {
      ...{ rootDir: '.', outDir: '.', declaration: true, emitDeclarationOnly: false, noUnusedLocals: true },
      paths: { 'io-mapping/*': ['../../dist/*/index.d.ts'] }, // beside the code of the modules in build/ are no types
    },
    include: ['*.ts'],
    exclude: [],
  }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(options))
  for (const [name, text] of Object.entries(texts)) writeFileSync(join(folder, `${name}.ts`), text)
  try {
    execFileSync(toolPath('tsc'), ['-p', folder], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
  } catch (error) {
    throw new Error(`tsc: ${String((error as { stdout?: string }).stdout).slice(0, 2000)}`)
  }
  const modules = Object.keys(texts).map(
    async name => [name, await import(pathToFileURL(join(folder, `${name}.js`)).href)] as const,
  )
  return Object.fromEntries(await Promise.all(modules))
}

/** All that a block says, so that two can be compared. */
export const meaning = (block: Block<Parts>) =>
  listRegisters(block).map(({ format, kept, at: _at, width, ...about }) => {
    const ones = width === 8 ? 2n ** 64n - 1n : 2 ** (8 * width) - 1
    return {
      ...about,
      ...{ decode: undefined, at: undefined },
      width,
      kept: kept(ones),
      ones: format(ones),
      pattern: format(width === 8 ? 0x0123_4567_89ab_cdefn : 0x89ab_cdef % 2 ** (8 * width)),
    }
  })
