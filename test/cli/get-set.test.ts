// iomap get, set: registers and fields by the names of a user's own block, or of a vendor's file.
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, test } from 'node:test'
import { makeCard } from './card.js'
import { iomap, temporaryFolder } from './iomap.js'

const folder = temporaryFolder()
const card = makeCard(folder)
const named = (command: string, ...words: string[]) =>
  iomap([command, card.aperture, ...words, '--block', card.block])
const told = async (command: string, ...words: string[]) => {
  const { code, stdout, stderr } = await named(command, ...words)
  assert.deepEqual([code, stderr], [0, ''])
  return stdout
}

beforeEach(() => {
  for (let at = 0; at < 0x20; at += 4) card.put(at, 0)
})

test('set writes a field as modify does: what is beside it stays, and an effect is not repeated', async () => {
  card.put(0, 0x0000_1210)
  assert.equal(
    await told('set', 'CTRL.EN=1'),
    'wrote CARD.CTRL 0x00001211 { EN: true, MODE: RUN, DIV: 0x12, KEY: 0x0 }, was 0x00001210 { EN: false, MODE: RUN, DIV: 0x12 }\n',
  )
  assert.equal(card.word(0), 0x1211)
  card.put(4, 3)
  assert.equal(
    await told('set', 'STATUS.DONE=1'),
    'wrote CARD.STATUS 0x00000001 { DONE: true, BUSY: false }\n',
  )
})

test('fields of one register that stand beside each other are one write; values have names, too', async () => {
  const out = await told(
    'set',
    'ctrl.mode=run',
    'CTRL.DIV=1<<4',
    'CTRL.KEY=0xa5',
    'SPARE[1]=-1',
    'CTRL.EN=true',
  )
  assert.deepEqual(
    out.split('\n').map(line => line.split(' ').slice(0, 3).join(' ')),
    ['wrote CARD.CTRL 0xa5001010', 'wrote CARD.SPARE[1] 0xffff', 'wrote CARD.CTRL 0x00001011', ''],
  )
  assert.equal(card.word(0), 0x0000_1011, 'a write-only field is not written again')
})

test('what can only be written starts from its reset value', async () => {
  assert.equal(await told('set', 'COMMAND.CODE=5'), 'wrote CARD.COMMAND 0x8050 { GO: false, CODE: 0x5 }\n')
})

test('what a field is written to is called by its name, also where it can not be read', async () => {
  const module = join(folder, 'mode.mjs')
  writeFileSync(
    module,
    "import { bit, enumeration, reg32, registers } from 'io-mapping/registers'\n" +
      'export const M = registers({ RUN: reg32(0, { MODE: enumeration(5, 4, { IDLE: 0, FAST: 2 }), GO: bit(0) }).wo })\n',
  )
  const { stdout } = await iomap(['set', card.aperture, 'RUN.MODE=FAST', 'RUN.GO=1', '-n', '--block', module])
  assert.equal(stdout, 'would write M.RUN 0x00000021 { MODE: FAST, GO: true }\n')
})

test('set --dry-run tells what it would write, and writes nothing', async () => {
  card.put(0, 0x10)
  assert.match(
    await told('set', 'CTRL.DIV=7', '--dry-run'),
    /^would write CARD\.CTRL 0x00000710 .*, was 0x00000010 /,
  )
  assert.equal(card.word(0), 0x10)
  const json = JSON.parse(await told('set', 'CTRL.DIV=7', '-n', '--json'))
  assert.deepEqual(json, {
    aperture: card.aperture,
    dryRun: true,
    writes: [{ name: 'CARD.CTRL', offset: 0, width: 'u32', before: '0x00000010', written: '0x00000710' }],
  })
})

test('get reads registers with their fields, or a field alone', async () => {
  card.put(0, 0x1211)
  card.put(8, 0x55)
  assert.equal(await told('get', 'CTRL.MODE'), 'RUN\n')
  assert.equal(await told('get', 'CARD.CTRL.DIV'), '0x12\n')
  assert.equal(
    await told('get', 'CTRL.EN', 'FIFO', 'SPARE'),
    '0x0   CARD.CTRL.EN  1\n0x8   CARD.FIFO     0x00000055\n0xe   CARD.SPARE[0]  0x0000\n0x10  CARD.SPARE[1]  0x0000\n'.replace(
      /CARD\.(CTRL\.EN|FIFO) +/g,
      (_all, name) => `CARD.${name}`.padEnd(15),
    ),
  )
  const all = await told('get')
  assert.match(all, /CARD\.FIFO +skipped: reading it changes the device/)
  assert.match(all, /CARD\.COMMAND +skipped: it is write-only/)
  const { values } = JSON.parse(await told('get', 'CTRL', 'CTRL.DIV', '--json'))
  assert.deepEqual(values[0].fields, { EN: true, MODE: 'RUN', DIV: 0x12 })
  assert.deepEqual(values[1], { name: 'CARD.CTRL.DIV', offset: 0, value: 0x12, text: '0x12' })
})

test('of a group, what a read would change is left alone, unless it is named itself', async () => {
  card.put(8, 0x55)
  for (const command of ['get', 'read']) {
    const all = await told(command, 'CARD')
    assert.match(all, /CARD\.CTRL +0x00000000/)
    assert.match(all, /CARD\.FIFO +skipped: reading it changes the device/)
    assert.match(all, /CARD\.COMMAND +skipped: it is write-only/)
    assert.match(await told(command, 'FIFO'), /0x00000055/)
  }
  const watched = await told('watch', 'CARD', '--for', '1ms')
  assert.match(watched, /CARD\.CTRL/)
  assert.doesNotMatch(watched, /FIFO|COMMAND/)
})

test('fields take what registers do: the bits of -1, ~0x80', async () => {
  await told('set', 'CTRL.DIV=~0x80', 'CTRL.KEY=-1')
  assert.equal(card.word(0), 0xff00_7f00)
  const { code, stderr } = await named('set', 'CTRL.DIV=-0x81')
  assert.deepEqual(
    [code, stderr],
    [2, "iomap: CARD.CTRL.DIV is '-0x81'; it must be a number from 0 to 0xff\n"],
  )
})

test('read and dump take a block, too', async () => {
  card.put(0, 1)
  assert.match(await told('read', 'CTRL'), /CARD\.CTRL +0x00000001 \{ EN: true/)
  assert.match(await told('dump'), /CARD\.STATUS +0x00000000/)
})

test('what is a number is an offset, in read, watch and poll alike; what only begins with a digit is a name', async () => {
  card.put(4, 2)
  assert.match(await told('read', '1<<2'), /^0x4 {2}CARD\.STATUS +0x00000002/)
  assert.match(await told('poll', '1<<2&2!=0'), /^0x4 0x00000002, after/)
  const module = join(folder, 'digits.ts')
  const text =
    "import { reg32, registers } from 'io-mapping/registers'\nexport const D = registers({ '4WIRE': reg32(4) })\n"
  writeFileSync(module, text)
  for (const words of [['read'], ['watch', '--for', '1ms'], ['get']]) {
    const [command = '', ...more] = words
    const { code, stdout } = await iomap([command, card.aperture, '4wire', ...more, '--block', module])
    assert.deepEqual([code, /D\.4WIRE +0x00000002/.test(stdout)], [0, true], command)
  }
  const { code, stderr } = await named('read', '010')
  assert.deepEqual([code, /written without the 0 in front/.test(stderr)], [2, true], stderr)
})

test('--base says where the block starts', async () => {
  await told('set', 'CTRL.EN=1', '--base', '0x80')
  assert.equal(card.word(0x80), 1)
})

test('a block needs neither a name, if it is alone, nor io-mapping beside it; modules may import others', async () => {
  const path = join(folder, 'two.ts')
  writeFileSync(
    path,
    "import { CARD } from './card.js'\nexport const OTHER = CARD\nexport const number = 5\n",
  )
  const { code, stdout, stderr } = await iomap(['get', card.aperture, 'OTHER.CTRL.EN', '--block', path])
  assert.deepEqual([code, stdout, stderr], [0, '0\n', ''])
})

test("a value's name counts before what is said of bits", async () => {
  const block = join(folder, 'words.ts')
  const fields = 'MODE: enumeration(3, 0, { false: 4, true: 5, constructor: 6 }), N: bits(7, 4)'
  writeFileSync(
    block,
    `import { bits, enumeration, reg32, registers } from 'io-mapping/registers'\nexport const WORDS = registers({ R: reg32(0, { ${fields} }) })\n`,
  )
  for (const [name, value] of [
    ['true', 5],
    ['constructor', 6],
  ] as const) {
    const { code } = await iomap(['set', card.aperture, `R.MODE=${name}`, '--block', `${block}#WORDS`])
    assert.deepEqual([code, card.word(0)], [0, value])
  }
  const { code, stderr } = await iomap(['set', card.aperture, 'R.N=constructor', '--block', `${block}#WORDS`])
  assert.equal(code, 2)
  assert.match(stderr, /N is 'constructor'; it must be a number from 0 to 0xf/)
})

test('a register behind the end of the aperture is told to lie there, not to be unknown', async () => {
  for (const name of ['COMMAND', 'card.command.go']) {
    const { code, stderr } = await iomap(['get', `${card.aperture}+8`, name, '--block', card.block])
    assert.equal(code, 2)
    assert.match(stderr, /^iomap: CARD\.COMMAND is at 0xc, and file:.*\+0x8 has 0x8 bytes; name an aperture/)
  }
  const { stderr } = await iomap(['get', `${card.aperture}+8`, 'SPARE', '--block', card.block])
  assert.match(stderr, /^iomap: CARD\.SPARE\[0\] is at 0xe, and file:/)
})

test('mistakes are told in a line, and nothing is written', async () => {
  writeFileSync(join(folder, 'many.ts'), "export { CARD, CARD as B } from './card.ts'\n")
  writeFileSync(join(folder, 'none.ts'), 'export const A = 1\n')
  const sizes = 'registers({ SIZE: reg32(0, { MAX: enumeration(2, 0, { 128: 0, 256: 1 }) }) })'
  writeFileSync(
    join(folder, 'sizes.ts'),
    `import { enumeration, reg32, registers } from 'io-mapping/registers'\nexport const S = ${sizes}\n`,
  )
  writeFileSync(join(folder, 'broken.ts'), 'export const = 1\n')
  const set = (...words: string[]) => [...words, '--block', card.block]
  const mistakes: [command: string, words: string[], code: number, message: RegExp][] = [
    [
      'set',
      set('CTRL.EN=1', 'CTRL.MODE=WALK'),
      2,
      /CARD\.CTRL\.MODE is 'WALK'; it must be IDLE, RUN, or a number from 0 to 0x3/,
    ],
    ['set', set('CTRL.EN=constructor'), 2, /CARD\.CTRL\.EN is 'constructor'; it must be 0, 1, true or false/],
    ['set', set('CTRL.EN=2'), 2, /CARD\.CTRL\.EN is '2'; it must be 0, 1, true or false/],
    ['set', set('CTRL.DIV=0x100'), 2, /it must be a number from 0 to 0xff/],
    ['set', set('CTRL.DIV=010'), 2, /written without the 0 in front/],
    ['set', set('CTRL.DIV=true'), 2, /it must be a number from 0 to 0xff/],
    [
      'set',
      ['SIZE.MAX=3', '--block', join(folder, 'sizes.ts')],
      2,
      /S\.SIZE\.MAX is '3'; it must be 128, 256, or a number with 0x, from 0 to 0x7/,
    ],
    ['set', set('SPARE[0]=0x10000'), 2, /it must be a number of 16 bits/],
    ['set', set('CTRL.EN'), 2, /'CTRL\.EN' is no assignment/],
    ['set', set('STATUS.BUSY=1'), 2, /CARD\.STATUS\.BUSY is read-only/],
    ['set', set('CTLR.EN=1'), 2, /no register 'CTLR\.EN'; close are CARD\.CTRL/],
    ['set', set('CTRL.ENN=1'), 2, /CARD\.CTRL has no field 'ENN'; it has EN, MODE, DIV, KEY/],
    ['set', ['CTRL.EN=1'], 2, /--svd FILE, or of --block FILE#NAME/],
    ['get', set('COMMAND'), 2, /CARD\.COMMAND is write-only/],
    ['get', set('CTRL.KEY'), 2, /CARD\.CTRL\.KEY is write-only/],
    ['get', ['CTRL', '--block', join(folder, 'card.ts#NO')], 2, /has no block NO; it has CARD/],
    ['get', ['CTRL', '--block', join(folder, 'many.ts')], 2, /several blocks; name one behind a #: B, CARD/],
    ['get', ['CTRL', '--block', join(folder, 'none.ts')], 2, /exports no block/],
    ['get', ['CTRL', '--block', join(folder, 'broken.ts')], 1, /broken\.ts can't be loaded: /],
    ['get', ['CTRL', '--block', join(folder, 'absent.ts')], 1, /ENOENT/],
    ['get', ['CTRL', '--block', card.block, '--svd', 'x.svd'], 2, /cannot be used with/],
  ]
  for (const [command, words, code, message] of mistakes) {
    const ended = await iomap([command, card.aperture, ...words])
    assert.deepEqual([ended.code, ended.stdout], [code, ''], words.join(' '))
    assert.match(ended.stderr, /^iomap: [^\n]+\n$/)
    assert.match(ended.stderr.trim(), message)
  }
  assert.equal(card.word(0), 0)
})
