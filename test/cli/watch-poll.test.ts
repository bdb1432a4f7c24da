// iomap watch, poll: what changes, and what is waited for.
import assert from 'node:assert/strict'
import type { ChildProcess } from 'node:child_process'
import { beforeEach, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import type { IoMapping } from '../../src/cli/library.js'
import { lookAt, type Watched } from '../../src/cli/named/watched.js'
import { widthOf } from '../../src/cli/typed/widths.js'
import { makeCard } from './card.js'
import { iomap, outcome, start, temporaryFolder } from './iomap.js'

const folder = temporaryFolder()
const card = makeCard(folder)
const BLOCK = ['--block', card.block]

beforeEach(() => {
  for (let at = 0; at < 0x20; at += 4) card.put(at, 0)
})

/** Waits until it has printed so many lines; ends it, if that takes too long. */
const untilLines = async (child: ChildProcess, count: number): Promise<void> => {
  let lines = 0
  const limit = AbortSignal.timeout(20_000)
  child.stdout?.on('data', (piece: Buffer) => {
    lines += piece.toString().split('\n').length - 1
  })
  while (lines < count && child.exitCode === null) {
    if (limit.aborted) child.kill('SIGKILL')
    await setTimeout(5)
  }
}

test('watch tells the values, then each change with its fields, and ends when a condition is met', async () => {
  const words = [
    'watch',
    card.aperture,
    'CTRL',
    'STATUS.DONE',
    ...BLOCK,
    '--interval',
    '1ms',
    '--until',
    'STATUS.DONE=1',
    '--for',
    '20s',
  ]
  const child = start(words)
  const ended = outcome(child)
  await untilLines(child, 2)
  card.put(0, 0x111)
  await untilLines(child, 1)
  card.put(4, 1)
  const { code, stdout, stderr } = await ended
  assert.deepEqual([code, stderr], [0, ''])
  const lines = stdout.split('\n').map(line => line.replace(/^ +\d+\.\d{6} {2}/, 'T '))
  assert.deepEqual(lines, [
    'T CARD.CTRL  0x00000000 { EN: false, MODE: IDLE, DIV: 0 }',
    'T CARD.STATUS.DONE  0',
    'T CARD.CTRL  0x00000000 -> 0x00000111  EN: false -> true,  MODE: IDLE -> RUN,  DIV: 0x0 -> 0x1',
    'T CARD.STATUS.DONE  0 -> 1',
    '',
  ])
})

test('watch --json is a line for each, --csv a table; --changes ends it', async () => {
  for (const form of ['--json', '--csv']) {
    card.put(0, 0)
    const child = start([
      'watch',
      card.aperture,
      'CTRL',
      ...BLOCK,
      form,
      '--interval',
      '1ms',
      '--changes',
      '1',
      '--for',
      '20s',
    ])
    const ended = outcome(child)
    await untilLines(child, form === '--csv' ? 2 : 1)
    card.put(0, 0x200)
    const { code, stdout } = await ended
    assert.equal(code, 0)
    const [first = '', second = '', third = ''] = stdout.split('\n')
    if (form === '--json') {
      const { time, seconds, ...change } = JSON.parse(second)
      assert.ok(new Date(time).getTime() > 0 && seconds > 0)
      const fields = { DIV: { before: 0, value: 2 } }
      assert.deepEqual(change, {
        name: 'CARD.CTRL',
        offset: 0,
        before: '0x00000000',
        value: '0x00000200',
        fields,
      })
    } else {
      assert.equal(first, 'seconds,name,offset,before,value,fields')
      assert.match(third, /^\d+\.\d{6},CARD\.CTRL,0x0,0x00000000,0x00000200,DIV: 0x0 -> 0x2$/)
    }
  }
})

test('watch without names watches offsets of a width; --for ends it, with 3 if something was waited for', async () => {
  card.put(0, 0x1234)
  const plain = await iomap(['watch', card.aperture, '0', '--width', 'u16', '--for', '30ms'])
  assert.deepEqual([plain.code, plain.stdout.replace(/\d\.\d{6}/, 'T').trim()], [0, 'T  0x0  0x1234'])
  const late = await iomap(['watch', card.aperture, '0', '--for', '30ms', '--until', '0=5'])
  assert.deepEqual([late.code, late.stderr], [3, 'iomap: 0=5 is not met\n'])
})

test('watch looks every millisecond, if it is asked to', async () => {
  const { stdout } = await iomap([
    'poll',
    card.aperture,
    '0=1',
    '--interval',
    '1ms',
    '--timeout',
    '300ms',
    '--json',
  ])
  const { reads, met } = JSON.parse(stdout)
  assert.equal(met, false)
  assert.ok(reads > 30 && reads <= 302, `${reads} looks in 300 ms`)
})

test('Ctrl-C ends watch and poll with 130', async () => {
  for (const words of [
    ['watch', card.aperture, '0'],
    ['poll', card.aperture, '0=1', '--timeout', '1h'],
  ]) {
    const child = start(words)
    const ended = outcome(child)
    if (words[0] === 'watch') await untilLines(child, 1)
    else await setTimeout(1000)
    child.kill('SIGINT')
    const { code, stderr } = await ended
    assert.deepEqual([code, stderr], [130, 'iomap: interrupted\n'])
  }
})

test('poll waits until a condition is met: 0; if it is not in time: 3', async () => {
  const child = start(['poll', card.aperture, 'STATUS.DONE=1', ...BLOCK, '--timeout', '20s'])
  const ended = outcome(child)
  await setTimeout(300)
  card.put(4, 3)
  const { code, stdout } = await ended
  assert.equal(code, 0)
  assert.match(stdout, /^CARD\.STATUS\.DONE 1, after \d+\.\d ms, (?:1 read|\d+ reads)\n$/)
  const once = await iomap(['poll', 'memory:4K', '0=0'])
  assert.match(once.stdout, /^0x0 0x00000000, after \d+\.\d ms, 1 read\n$/)
  const late = await iomap(['poll', card.aperture, '0x4&2=0', '--timeout', '20ms'])
  assert.equal(late.code, 3)
  assert.match(late.stderr, /^iomap: 0x4&2=0 is not met after \d+ ms; it reads 0x00000003\n$/)
})

test('conditions: each operator, masks, names of values', async () => {
  card.put(0, 0x0000_0510)
  const met = async (condition: string, ...more: string[]) =>
    (await iomap(['poll', card.aperture, condition, '--timeout', '0', ...more])).code === 0
  const conditions: [string, boolean][] = [
    ['0=0x510', true],
    ['0 == 1296', true],
    ['0!=0x510', false],
    ['0<0x511', true],
    ['0<0x510', false],
    ['0<=0x510', true],
    ['0>0x50f', true],
    ['0>=0x511', false],
    ['0&0xff=0x10', true],
    ['0 & 0x100 != 0', true],
    ['0 & ~0x500 = 0x10', true],
    ['0&1<<8|1<<4!=0', true],
    ['0&1<<9=0', true],
    ['0<1<<10', false],
    ['1<<2=0', true],
  ]
  for (const [condition, expected] of conditions) assert.equal(await met(condition), expected, condition)
  for (const [condition, expected] of [
    ['CTRL.MODE=RUN', true],
    ['CTRL.MODE!=IDLE', true],
    ['CTRL.DIV>4', true],
    ['CTRL.EN=false', true],
    ['CTRL&0x10=0', false],
  ] as const)
    assert.equal(await met(condition, ...BLOCK), expected, condition)
})

test('mistakes are told in a line', async () => {
  const mistakes: [words: string[], message: RegExp][] = [
    [['poll', card.aperture, '0'], /'0' is no condition; it must be such as/],
    [
      ['poll', card.aperture, '0&0xf=0x10'],
      /'0&0xf=0x10' is never met: 0x10 has bits that the mask 0xf has not/,
    ],
    [['poll', card.aperture, '0=x'], /0x0 is 'x'; it must be a number/],
    [['poll', card.aperture, '0&q=1'], /the mask of 0x0 is 'q'; it must be a number of 32 bits/],
    [
      ['poll', card.aperture, '0&0x100=0', '--width', 'u8'],
      /the mask of 0x0 is '0x100'; it must be a number of 8/,
    ],
    [
      ['poll', card.aperture, 'CTRL.MODE&4=0', ...BLOCK],
      /the mask of CARD\.CTRL\.MODE is '4'; it must be a number of 2 bits/,
    ],
    [
      ['watch', card.aperture, '0', '--until', '0&1<<32=0'],
      /the mask of 0x0 is '1<<32'; it must be a number of 32/,
    ],
    [['poll', card.aperture, 'SPARE=1', ...BLOCK], /'SPARE' is 2 registers; a condition is about one/],
    [['poll', card.aperture, 'CTRL.MODE=WALK', ...BLOCK], /it must be IDLE, RUN, or a number/],
    [['poll', card.aperture, '0=1', '--timeout', 'soon'], /--timeout is 'soon'; it must be such as 1ms/],
    [['watch', card.aperture], /name what is to be watched/],
    [['watch', card.aperture, '0', '--csv', '--json'], /--csv and --json are two forms/],
    [['watch', card.aperture, 'COMMAND', ...BLOCK], /CARD\.COMMAND is write-only/],
  ]
  for (const [words, message] of mistakes) {
    const { code, stdout, stderr } = await iomap(words)
    assert.deepEqual([code, stdout], [2, ''], words.join(' '))
    assert.match(stderr, /^iomap: [^\n]+\n$/)
    assert.match(stderr, message)
  }
})

test('a register is read once in a look, however many fields of it are asked for', () => {
  const causes = [0b11, 0, 0]
  const read32 = () => causes.shift() ?? 0
  const mapping = { map: () => ({ read32, [Symbol.dispose]: () => {} }) } as unknown as IoMapping
  const width = widthOf('u32')
  const field = (low: bigint): Watched => ({
    ...{ name: `bit ${low}`, offset: 8, width, target: undefined, size: 1 },
    bits: raw => (raw >> low) & 1n,
    parse: BigInt,
    format: String,
  })
  const both = () => {
    const read = lookAt(mapping)
    return [field(0n), field(1n)].map(each => each.bits(read(each)))
  }
  assert.deepEqual(both(), [1n, 1n], 'a read clears it')
  assert.deepEqual(both(), [0n, 0n])
  assert.equal(causes.length, 1, 'the next look is a read of its own')
})

test('a change that meets the condition meets it, also if it is the last that is told', async () => {
  const child = start([
    ...['watch', card.aperture, 'STATUS', ...BLOCK, '--interval', '1ms', '--for', '20s'],
    ...['--changes', '1', '--until', 'STATUS.DONE=1'],
  ])
  const ended = outcome(child)
  await untilLines(child, 1)
  card.put(4, 1)
  const { code, stdout, stderr } = await ended
  assert.deepEqual([code, stderr, stdout.split('\n').length], [0, '', 3])
})
