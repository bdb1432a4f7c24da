// docs/command.md, as far as no device is needed: the rest is run in a guest (test/vm/command-page.test.ts).
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { COMMANDS } from '../../src/cli/commands/index.js'
import { splitWords } from '../../src/cli/script-words.js'
import { commands, habits } from './command-page.js'
import { checkIomap } from './commands.js'

const check = async (line: string): Promise<void> => {
  const [program, ...words] = splitWords(line)
  assert.equal(program, 'iomap', line)
  await checkIomap(words)
}

test('it names all commands, with an example of each', async () => {
  const shown = Object.keys(COMMANDS).filter(name => !COMMANDS[name]?.hidden)
  assert.deepEqual(commands.map(({ name }) => name).sort(), shown.sort())
  for (const { name, example } of commands) {
    assert.equal(splitWords(example)[1], name, example)
    await check(example)
  }
})

test('each habit has a command line that is taken', async () => {
  const tools = ['lspci', 'setpci', 'pcimem', 'devmem2', 'busybox devmem', 'memtool', 'dd, xxd and hexdump']
  assert.deepEqual(
    habits.map(({ tool }) => tool),
    tools,
  )
  for (const { tool, all } of habits) {
    assert.ok(all.length >= 6, tool)
    for (const { ours } of all) await check(ours)
  }
})
