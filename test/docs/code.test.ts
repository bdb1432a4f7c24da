// Each block of code in README and docs/ does what it says: TypeScript compiles, a program runs, a command is one, an excerpt is one.
import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { HostError } from '../../host/errors.js'
import { ROOT } from '../support/root.js'
import { type Block, blocksOf, PAGES } from './blocks.js'
import { checkCommands } from './commands.js'
import { makeProject } from './project.js'
import { compilerOf, TYPESCRIPTS } from './typescripts.js'

const blocks = PAGES.flatMap(blocksOf)
const ofKind = (kind: string): Block[] => blocks.filter(({ info }) => info.split(' ')[0] === kind)
/** What an excerpt is of: ```ts of src/window/io-mem.ts. */
const sourceOf = ({ info }: Block): string | undefined => / of (\S+)$/.exec(info)?.[1]
const programs = [...ofKind('ts'), ...ofKind('js')].filter(block => sourceOf(block) === undefined)

test('each block says what it is', () => {
  const known = ['ts', 'js', 'sh', 'text']
  for (const { where, info } of blocks)
    assert.ok(known.includes(info.split(' ')[0] ?? ''), `${where}: '${info}'`)
  assert.ok(programs.length > 10)
})

/** What a file of TypeScript is made of a block: line n of it is line n of the page. */
const typescriptOf = ({ given, code }: Block): string => `${given.replaceAll('\n', '; ')}; export {}; ${code}`

/** Without a network there is nothing to fetch, which only CI may not pass over. */
const unlessAlone = (error: unknown): undefined => {
  if (process.env.CI || !(error instanceof HostError)) throw error
  console.error(`io-mapping: ${error.message}`)
}

for (const version of TYPESCRIPTS) {
  test(`TypeScript compiles: ${version === 'own' ? 'its own version' : version}`, async t => {
    const compiler = await compilerOf(version).catch(unlessAlone)
    if (compiler === undefined) return t.skip(`NOT TESTED: TypeScript ${version} can't be fetched`)
    using project = makeProject()
    for (const [i, block] of programs.entries()) project.write(`block-${i}.ts`, typescriptOf(block))
    const { stdout } = spawnSync(process.execPath, [compiler, '-p', project.path, '--pretty', 'false'], {
      cwd: project.path,
      encoding: 'utf8',
    })
    const told = stdout.replace(/^block-(\d+)\.ts/gm, (_, i) => `${programs[Number(i)]?.where}`)
    assert.deepEqual(told.split('\n'), [''])
  })
}

for (const { where, info, code } of programs.filter(block => block.info.endsWith(' run'))) {
  test(`${where} runs as it is, and prints what it says`, () => {
    using project = makeProject()
    const path = project.write('program.mjs', code)
    assert.ok(info.startsWith('js'), 'Node runs it without a compiler')
    const printed = execFileSync(process.execPath, [path], { cwd: project.path, encoding: 'utf8' })
    const said = [...code.matchAll(/console\.log\(.*\) *\/\/ (.*)$/gm)].map(([, text]) => `${text}\n`)
    assert.ok(said.length > 0)
    assert.equal(printed, said.join(''))
  })
}

for (const block of blocks.filter(each => sourceOf(each) !== undefined)) {
  test(`${block.where} is what stands in ${sourceOf(block)}`, () => {
    const lines = (text: string) =>
      text
        .split('\n')
        .map(line => line.trim())
        .join('\n')
    const source = readFileSync(join(ROOT, sourceOf(block) ?? ''), 'utf8')
    assert.ok(lines(source).includes(lines(block.code).trim()))
  })
}

for (const { where, code } of ofKind('sh')) {
  test(`${where}: its commands are commands`, async () => await checkCommands(code))
}
