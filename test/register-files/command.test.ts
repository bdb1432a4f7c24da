// The command iomap svd.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { iomap, temporaryFolder } from '../cli/iomap.js'
import { ROOT } from '../support/root.js'
import { CHIP } from './chip.js'

const folder = temporaryFolder()
const chip = join(folder, 'chip.svd')
writeFileSync(chip, CHIP)

test('svd: without a name it lists the peripherals', async () => {
  const { code, stdout, stderr } = await iomap(['svd', chip])
  assert.deepEqual({ code, stderr }, { code: 0, stderr: '' })
  assert.match(stdout, /^UART0 +0x40001000 +0x200 +22 registers +A serial port/m)
  assert.match(stdout, /^1-WIRE +0x40000000 +- +1 register$/m)
})

test('svd --json: the same, for programs', async () => {
  const { stdout } = await iomap(['svd', chip, '--json'])
  const { name, peripherals } = JSON.parse(stdout)
  assert.equal(name, 'CHIP')
  assert.deepEqual(peripherals[2], {
    name: 'UART2',
    base: 0x40003000,
    size: 0x200,
    registers: 1,
    description: 'One with other registers',
    group: null,
    interrupts: [],
  })
})

test('svd: what is wrong in one element costs that element, and is told', async () => {
  const path = join(folder, 'wrong.svd')
  writeFileSync(path, CHIP.replace('<size>64</size>', '<size>128</size>'))
  const line = CHIP.slice(0, CHIP.indexOf('<name>WIDE</name>')).split('\n').length - 1 // where its <register> is
  const told = `UART0.WIDE <register> (${path}:${line}): it has 128 bits; a register that one access can touch has 8, 16, 32 or 64; it is left out`
  const listed = await iomap(['svd', path])
  assert.equal(listed.code, 0)
  assert.match(listed.stdout, /^UART0 .* 21 registers /m)
  assert.deepEqual(listed.stderr.split('\n'), [
    `iomap: warning: ${told}`,
    `iomap: ${path}: 1 place is not as the format has it (--strict makes them errors, --quiet hides them)`,
    '',
  ])
  const input = readFileSync(path)
  const words = ['get', 'memory:4K', '--peripheral', 'UART0', '--svd']
  const got = spawnSync(process.execPath, [join(ROOT, 'dist/cli/iomap.js'), ...words, '-'], { input })
  assert.deepEqual(
    [got.status, got.stderr.toString()],
    [
      0,
      'iomap: standard input: 1 place is not as the format has it (save it in a file, and iomap svd FILE tells)\n',
    ],
  )
  const { stderr } = await iomap([...words, path])
  assert.equal(stderr, `iomap: ${path}: 1 place is not as the format has it (iomap svd ${path} tells)\n`)
  const quiet = await iomap(['svd', path, '--peripheral', 'UART0', '--quiet'])
  assert.deepEqual([quiet.code, quiet.stderr], [0, ''])
  assert.match(
    quiet.stdout,
    /^\/\/ Not as the file says:\n\/\/ - UART0\.WIDE <register> \(wrong\.svd:\d+\): it has 128 bits;/m,
  )
  assert.doesNotMatch(quiet.stdout, /WIDE:/)
  const output = join(folder, 'strict.ts')
  const strict = await iomap(['svd', path, '--all', '--strict', '--output', output])
  assert.deepEqual([strict.code, strict.stdout], [1, ''])
  assert.match(
    strict.stderr,
    /^iomap: UART0\.WIDE .*\niomap: .*: 1 place is not as the format has it; without --strict each costs its element alone\n$/,
  )
  assert.equal(existsSync(output), false)
  const other = await iomap(['svd', path, '--peripheral', 'UART2', '--strict'])
  assert.deepEqual([other.code, other.stderr], [0, ''], 'what is not read is not judged')
})

test('svd: several peripherals; all that is said of them as JSON', async () => {
  const { stdout } = await iomap(['svd', chip, '--peripheral', 'UART2', '--peripheral', '1-wire', '--json'])
  const { name, warnings, peripherals } = JSON.parse(stdout)
  assert.deepEqual([name, warnings], ['CHIP', []])
  const [uart, wire] = peripherals
  assert.deepEqual([uart.name, uart.base, wire.name], ['UART2', 0x40003000, '1-WIRE'])
  const [only] = uart.items
  assert.deepEqual([only.name, only.width, only.resetValue, only.access], ['ONLY', 4, 0x300, 'read-write'])
  assert.deepEqual(only.fields[1], {
    ...{ name: 'PARITY', description: '', high: 5, low: 4, access: 'read-write' },
    values: [
      { name: 'NONE', description: '', values: [0] },
      { name: 'EVEN', description: '', values: [2] },
      { name: 'ODD', description: '', values: [3] },
      { name: 'OTHER', description: '', values: 'others' },
    ],
  })
})

test('svd --output-dir: a module for each; one with another’s registers has them from there', async () => {
  const into = join(folder, 'modules')
  const { code, stdout, stderr } = await iomap(['svd', chip, '--all', '--output-dir', into])
  assert.deepEqual([code, stdout], [0, ''])
  assert.match(stderr, /^wrote UART0, UART1, UART2, 1-WIRE of CHIP to .*, a module for each\n$/)
  assert.deepEqual(readdirSync(into).sort(), ['UART0.ts', 'UART1.ts', 'UART2.ts', '_1_WIRE.ts'])
  assert.match(
    readFileSync(join(into, 'UART1.ts'), 'utf8'),
    /^import \{ UART0 \} from '\.\/UART0\.js'$[\s\S]*^export const UART1 = UART0$/m,
  )
})

test('svd --peripheral: a module, on the screen or in a file', async () => {
  const { code, stdout, stderr } = await iomap(['svd', chip, '--peripheral', 'uart2'])
  assert.deepEqual({ code, stderr }, { code: 0, stderr: '' })
  assert.match(stdout, /^\/\/ .*Written by: iomap svd chip\.svd --peripheral UART2$/m)
  assert.match(stdout, /^export const UART2 = registers\(\{$/m)
  const output = join(folder, 'uart2.ts')
  const saved = await iomap(['svd', chip, '-p', 'UART2', '-o', output])
  assert.deepEqual(saved, { code: 0, stdout: '', stderr: `wrote UART2 of CHIP to ${output}\n` })
  assert.equal(readFileSync(output, 'utf8'), stdout)
})

test('svd --all: all of them in one module', async () => {
  const { stdout } = await iomap(['svd', chip, '--all'])
  for (const name of ['UART0', 'UART1', 'UART2', '_1_WIRE'])
    assert.match(stdout, new RegExp(`^export const ${name} = `, 'm'))
})

test('svd: mistakes are told in a line', async () => {
  const mistakes: [string[], number, RegExp][] = [
    [[chip, '--peripheral', 'UART9'], 2, /'UART9', which CHIP does not have; close are UART0, UART1, UART2$/],
    [[chip, '--peripheral', 'aurt1'], 2, /'aurt1', which CHIP does not have; close are UART0, UART1, UART2$/],
    [[chip, '--peripheral', 'SPI'], 2, /'SPI', .*; there are UART0, UART1, UART2, 1-WIRE$/],
    [[chip, '--output', 'x.ts'], 2, /--output needs --peripheral NAME, or --all/],
    [[chip, '--all', '--json', '--output', 'x'], 2, /--json prints; it goes without --output/],
    [[chip, '--all', '--output-dir', 'x', '--output', 'y'], 2, /--output.*cannot be used with.*--output/],
    [[chip, '--all', '--peripheral', 'UART0'], 2, /--all.*cannot be used with.*--peripheral/],
    [[], 2, /missing required argument 'file'/],
    [[join(folder, 'none.svd')], 1, /ENOENT.*none\.svd/],
    [[folder], 1, /not an ordinary file/],
    [[chip, '-p', 'UART0', '-o', join(folder, 'no/such/x.ts')], 1, /ENOENT/],
    [[chip, '--all', '--output-dir', '/proc/none/such'], 1, /ENOENT.*'\/proc\/none'/],
    [[chip, '--all', '--output-dir', join(chip, 'x')], 1, /(EEXIST|ENOTDIR).*chip\.svd/],
    [[chip, '-p', 'UART0', '-o', chip], 2, /the register file itself; name another/],
  ]
  for (const [words, code, message] of mistakes) {
    const ended = await iomap(['svd', ...words])
    assert.deepEqual([ended.code, ended.stdout], [code, ''], words.join(' '))
    assert.match(ended.stderr, /^iomap: [^\n]+\n$/)
    assert.match(ended.stderr.trim(), message)
  }
})
