// read and dump by the names of an SVD file.
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { iomap, temporaryFolder } from '../cli/iomap.js'
import { CHIP } from './chip.js'

const folder = temporaryFolder()
const chip = join(folder, 'chip.svd')
writeFileSync(chip, CHIP)
const card = join(folder, 'card')
const bytes = Buffer.alloc(0x1000)
bytes.writeUInt32LE(0xff12_3421, 0x200)
bytes.writeUInt32LE(0x205, 0x208)
bytes.writeUInt8(0x41, 0x20c)
bytes.writeUInt16LE(0x1401, 0x210)
bytes.writeUInt32LE(0xabcd, 0x230)
writeFileSync(card, bytes)

const AT = ['--svd', chip, '--peripheral', 'UART0', '--base', '0x200']
const read = (...words: string[]) => iomap(['read', `file:${card}`, ...words])
const dump = (...words: string[]) => iomap(['dump', `file:${card}`, ...words])
const ok = (stdout: string) => ({ code: 0, stdout, stderr: '' })

test('read: a register by its name, whatever the case, with its peripheral or without', async () => {
  const line = '0x200  UART0.CONTROL  0xff123421 { ENABLE: true, PARITY: EVEN, DIVIDER: 0x1234 }\n'
  for (const name of ['CONTROL', 'control', 'UART0.CONTROL', '0x200', '512'])
    assert.deepEqual(await read(name, ...AT), ok(line))
})

test('read: all of an array or a cluster', async () => {
  const { stdout } = await read('BUFFER', ...AT)
  assert.deepEqual(
    stdout.split('\n').map(line => line.replace(/ +/g, ' ')),
    [
      '0x220 UART0.BUFFER[0] 0x00000000',
      '0x228 UART0.BUFFER[1] 0x00000000',
      '0x230 UART0.BUFFER[2] 0x0000abcd',
      '0x238 UART0.BUFFER[3] 0x00000000',
      '',
    ],
  )
  const cluster = await read('DMA[1]', ...AT)
  assert.match(
    cluster.stdout,
    /^0x340 {2}UART0\.DMA\[1\]\.SOURCE +0x0000\n0x352 .*HERE +skipped: it is write-only\n$/,
  )
})

test('read: what a read changes is read when it is named, and not by its offset', async () => {
  assert.deepEqual(await read('RX', ...AT), ok('0x20c  UART0.RX  0x41\n'))
  const { code, stdout, stderr } = await read('0x20c', ...AT)
  assert.deepEqual([code, stdout], [1, ''])
  assert.match(stderr, /UART0\.RX lies at 0x20c: reading it changes the device; to read it, name it\n$/)
})

test('dump: every register by name, but those whose read changes the device', async () => {
  const { code, stdout, stderr } = await dump(...AT)
  assert.deepEqual({ code, stderr }, { code: 0, stderr: '' })
  const lines = stdout.trimEnd().split('\n')
  assert.equal(lines.length, 22)
  assert.match(
    stdout,
    /^0x200 {2}UART0\.CONTROL +0xff123421 \{ ENABLE: true, PARITY: EVEN, DIVIDER: 0x1234 \}$/m,
  )
  assert.match(stdout, /^0x208 {2}UART0\.STATUS +skipped: reading it changes the device$/m)
  assert.match(stdout, /^0x20c {2}UART0\.TX +skipped: it is write-only$/m)
  assert.match(
    stdout,
    /^0x210 {2}UART0\.COMMAND +0x1401 \{ CODE: 1, LINEA: false, LINEB: true, LINEC: true, read_: false \}$/m,
  )
})

test('dump --include: those that are named, too; a range: those within', async () => {
  const { stdout } = await dump('0x208', '8', ...AT, '--include', 'STATUS', '--include', 'RX')
  assert.deepEqual(
    stdout
      .trimEnd()
      .split('\n')
      .map(line => line.replace(/ +/g, ' ')),
    [
      '0x208 UART0.STATUS 0x00000205 { DONE: true, BUSY: false, SEEN: true, MODE: EVEN }',
      '0x20c UART0.RX 0x41',
      '0x20c UART0.TX skipped: it is write-only',
      '0x20c UART0.LATCH skipped: it lies on UART0.RX, and reading that changes the device',
    ],
  )
})

test('--json: names, values and fields', async () => {
  const { stdout } = await dump('0x200', '0x10', ...AT, '--json')
  const { aperture, registers } = JSON.parse(stdout)
  assert.equal(aperture, `file:${card}`)
  assert.deepEqual(registers[0], {
    name: 'UART0.CONTROL',
    offset: 0x200,
    width: 'u32',
    value: 0xff12_3421,
    hex: '0xff123421',
    fields: { ENABLE: true, PARITY: 'EVEN', DIVIDER: 0x1234 },
  })
  assert.deepEqual(registers[2], {
    name: 'UART0.STATUS',
    offset: 0x208,
    width: 'u32',
    skipped: 'reading it changes the device',
  })
  const one = JSON.parse((await read('RX', ...AT, '--json')).stdout)
  assert.deepEqual(one.registers, [
    { name: 'UART0.RX', offset: 0x20c, width: 'u8', value: 0x41, hex: '0x41' },
  ])
})

test('a big-endian chip: values as the chip has them', async () => {
  const path = join(folder, 'big.svd')
  writeFileSync(path, readFileSync(chip, 'utf8').replace('<endian>little', '<endian>big'))
  const image = join(folder, 'big')
  const turned = Buffer.alloc(0x1000)
  turned.writeUInt32BE(0xff12_3421, 0)
  turned.writeUInt8(0x41, 0xc)
  turned.writeUInt16BE(0x1401, 0x10)
  turned.writeBigUInt64BE(0x8000_0000_0000_0005n, 0x48)
  writeFileSync(image, turned)
  const at = [`file:${image}`, '--svd', path, '-p', 'UART0']
  const { stdout } = await iomap(['dump', ...at, '--include', 'RX'])
  assert.match(stdout, /CONTROL +0xff123421 \{ ENABLE: true, PARITY: EVEN, DIVIDER: 0x1234 \}$/m)
  assert.match(stdout, /COMMAND +0x1401 \{ CODE: 1, LINEA: false, LINEB: true, /)
  assert.match(stdout, /RX +0x41$/m)

  assert.match(stdout, /WIDE +0x8000000000000005 \{ ADDRESS: 0x2000000000000001, ON: true \}$/m)
  const { registers } = JSON.parse(
    (await iomap(['read', ...at.slice(0, 1), 'COMMAND', ...at.slice(1), '--json'])).stdout,
  )
  assert.deepEqual([registers[0].value, registers[0].hex], [0x1401, '0x1401'])
})

test('read: a name that begins with a digit is a name', async () => {
  const { stdout } = await read('1-WIRE.default', '--svd', chip, '-p', '1-WIRE')
  assert.match(stdout, /^0x0 {2}1-WIRE\.default +0x00000000 \{ it's: false, LEVEL: NONE \}\n$/)
})

test('nothing is written', async () => {
  await dump(...AT)
  assert.ok(readFileSync(card).equals(bytes))
})

test('mistakes are told in a line, and nothing is read', async () => {
  const mistakes: [Promise<Awaited<ReturnType<typeof iomap>>>, number, RegExp][] = [
    [read('CONTRL', ...AT), 2, /no register 'CONTRL'; close are UART0\.CONTROL, UART0\.CONTROL2$/],
    [read('QWERTY', ...AT), 2, /no register 'QWERTY'; there are UART0\.CONTROL, /],
    [read('0x49z', ...AT), 2, /no register '0x49z'/],
    [
      read('0x352', ...AT),
      1,
      /UART0\.DMA\[1\]\.TARGET\.HERE lies at 0x352: it is write-only, and can't be read$/,
    ],
    [read('TIME', ...AT), 2, /close are UART0\.TIMERLOW, UART0\.TIMERHIGH$/],
    [read('TX', ...AT), 1, /UART0\.TX is write-only/],
    [read('0x202', ...AT), 1, /no register starts at 0x202; the one before is UART0\.CONTROL, at 0x200/],
    [read('CONTROL', '--svd', chip), 2, /has no bus address .* --peripheral NAME/],
    [read('CONTROL', '--svd', chip, '--base', '0'), 2, /--base is where a peripheral starts/],
    [
      read('CONTROL', '--svd', chip, '-p', 'UART0', '--base', '0x2000'),
      1,
      /no register of UART0 lies in file:/,
    ],
    [read('CONTROL', ...AT, '--width', 'u8'), 2, /names of registers say how wide/],
    [read('0', '--peripheral', 'UART0'), 2, /go with --svd FILE/],
    [
      read('CONTROL'),
      2,
      /'CONTROL' is no offset such as 4096 or 0x1000; names of registers come of --svd FILE/,
    ],
    [dump('--include', 'RX'), 2, /--svd FILE or --block FILE#NAME is needed for --include/],
    [dump('--json'), 2, /is needed for --json/],
    [dump(...AT, '--output', join(folder, 'x')), 2, /can't be combined with --output/],
    [dump('0x800', '4', ...AT), 1, /no register lies in 0x4 bytes from 0x800 on/],
    [dump(...AT, '--include', 'NONE'), 2, /no register 'NONE'/],
  ]
  for (const [promise, code, message] of mistakes) {
    const ended = await promise
    assert.deepEqual([ended.code, ended.stdout], [code, ''], ended.stderr)
    assert.match(ended.stderr, /^iomap: [^\n]+\n$/)
    assert.match(ended.stderr.trim(), message)
  }
})
