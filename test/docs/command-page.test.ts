// docs/command.md, as far as no device is needed: the rest is run in a guest (test/vm/command-page.test.ts).
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { type ByKind, FORMS, type Kind, readForm } from '../../src/apertures/forms.js'
import { COMMANDS } from '../../src/cli/commands/index.js'
import { duration } from '../../src/cli/typed/durations.js'
import { splitWords } from '../../src/cli/typed/script-words.js'
import { parseNumber } from '../../src/system/number-text.js'
import { iomap, temporaryFolder } from '../cli/iomap.js'
import { ROOT } from '../support/root.js'
import { apertures, commands, habits, numbers, times, WARNINGS } from './command-page.js'
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

const KINDS: ByKind<Kind> = {
  memory: () => 'memory',
  file: () => 'file',
  physical: () => 'physical',
  devicetree: () => 'devicetree',
  pci: () => 'pci',
  uio: () => 'uio',
  vfio: () => 'vfio',
}

test('its apertures are of all kinds', () => {
  const found = new Set(apertures.map(text => readForm(text, KINDS)))
  assert.deepEqual([...found].sort(), Object.keys(FORMS).sort())
})

test('its numbers and times are taken', () => {
  assert.ok(numbers.length >= 10)
  for (const text of numbers) assert.notEqual(parseNumber(text), undefined, text)
  assert.ok(times.length >= 3)
  for (const text of times) assert.ok(duration('--for')(text) > 0, text)
  assert.equal(parseNumber('010'), undefined)
})

const MISTAKES = `<device><name>CHIP</name><size>32</size><peripherals>
<peripheral><name>UART0</name><baseAddress>0x40000000</baseAddress><registers>
<register><name>A</name><addressOffset>0x0</addressOffset><fields><field><name>G</name><bitRange>[40:33]</bitRange></field></fields></register>
<register><name>A</name><addressOffset>0x4</addressOffset></register>

<register><name>C</name><addressOffset>0xc</addressOffset><size>24</size></register>
</registers></peripheral></peripherals></device>
`

const folder = temporaryFolder()

test('its warnings are those of a file with these mistakes', async () => {
  writeFileSync(join(folder, 'chip.svd'), MISTAKES)
  const { code, stderr } = await iomap(['svd', 'chip.svd', '--all'], folder)
  assert.equal(code, 0)
  assert.ok(stderr.startsWith(WARNINGS), stderr)
})

test('README points to it', () =>
  assert.match(readFileSync(join(ROOT, 'README.md'), 'utf8'), /\(docs\/command\.md\)/))
