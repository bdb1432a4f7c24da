// What people type today, and what docs/command.md has in its place: both are run, and are to come to the same.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Habit, habits } from '../../../docs/command-page.js'
import { detailsOf, factsOf } from './facts.js'
import { iomap, printed, sh } from './run.js'
import { reset, state } from './state.js'

const BAR = '/sys/bus/pci/devices/0000:00:04.0/resource2'

/** What is refused is done in another way, to compare with. */
const INSTEAD: Readonly<Record<string, string>> = {
  'xxd -l 64 /sys/bus/pci/devices/0000:00:03.0/resource0':
    'memtool md -s /sys/bus/pci/devices/0000:00:03.0/resource0 0+64',
  'hexdump -C -s 0xfe200000 -n 64 /dev/mem': 'memtool md 0xfe200000+64',
  [`dd if=${BAR} of=bar.bin bs=64 count=1`]: `memtool md -s ${BAR} 0+64`,
  [`dd if=firmware.bin of=${BAR}`]: `memtool mw -d ${BAR} 0 $(hexdump -v -e '"0x%08x "' firmware.bin)`,
}

const REFUSALS: Readonly<Record<string, RegExp>> = {
  EIO: /Input\/output error/,
  EFAULT: /Bad address/,
}

/** Runs what is typed today, or what does the same, if that is refused as the page says. */
const runTheirs = async ({ theirs, note }: Habit): Promise<{ line: string; text: string }> => {
  const line = INSTEAD[theirs] ?? theirs
  if (line !== theirs) {
    const [, code = ''] = /^instead of (E[A-Z]+)/.exec(note) ?? []
    const { stderr } = await sh(theirs) // xxd's status says nothing of it
    assert.match(stderr, REFUSALS[code] ?? assert.fail(`${theirs}: the page does not say how it is refused`))
  }
  return { line, text: await printed(line) }
}

const isWriting = ({ ours }: Habit): boolean =>
  /^iomap (?:write|load|fill|config .*=)/.test(ours) && !ours.endsWith('--dry-run')

/** What tells by its end alone. */
const IS_SILENT = /^iomap (?:poll|compare)/

const compareReading = async (habit: Habit): Promise<void> => {
  const { line, text } = await runTheirs(habit)
  const theirs = factsOf(line, text)
  const told = await printed(habit.ours, iomap)
  assert.deepEqual(factsOf(habit.ours, told), theirs, `${habit.ours}: ${told}`)
  assert.ok(theirs.length > 0 || IS_SILENT.test(habit.ours), `${line} tells something`)
  for (const detail of detailsOf(text))
    assert.ok(told.includes(detail), `${habit.ours} has no ${detail}: ${told}`)
}

/** `before`: what reset() leaves. */
const compareWriting = async (habit: Habit, before: string): Promise<void> => {
  await reset()
  await runTheirs(habit)
  const after = await state()
  assert.notEqual(after, before, `${habit.theirs} changes something`)
  await reset()
  assert.equal(await state(), before)
  await printed(habit.ours, iomap)
  assert.equal(await state(), after, habit.ours)
}

for (const { tool, all } of habits) {
  test(`${tool}: iomap does the same`, async t => {
    await reset()
    const before = await state()
    for (const habit of all.filter(each => !isWriting(each))) await compareReading(habit)
    assert.equal(await state(), before, 'what reads changes nothing')
    for (const habit of all.filter(isWriting)) await compareWriting(habit, before)
    t.diagnostic(`${all.length} habits`)
  })
}
