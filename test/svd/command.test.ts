// The command iomap svd.
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { iomap, temporaryFolder } from '../cli/iomap.js'
import { CHIP } from './chip.js'

const folder = temporaryFolder()
const chip = join(folder, 'chip.svd')
writeFileSync(chip, CHIP)

test('svd: without a name it lists the peripherals', async () => {
  const { code, stdout, stderr } = await iomap(['svd', chip])
  assert.deepEqual({ code, stderr }, { code: 0, stderr: '' })
  assert.match(stdout, /^UART0 +0x40001000 +0x200 +22 registers +A serial port/m)
  assert.match(stdout, /^1-WIRE +0x40000000 +- +1 registers$/m)
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
  })
})

test('svd: what is wrong in one peripheral does not hide the others', async () => {
  const path = join(folder, 'wrong.svd')
  writeFileSync(path, CHIP.replace('<size>64</size>', '<size>24</size>'))
  const { code, stdout } = await iomap(['svd', path])
  assert.equal(code, 0)
  assert.match(stdout, /^UART0 .* in error /m)
  assert.match(stdout, /^UART2 .* 1 registers /m)
  assert.equal((await iomap(['svd', path, '--peripheral', 'UART2'])).code, 0)
  const { code: failed, stdout: nothing, stderr } = await iomap(['svd', path, '--peripheral', 'UART0'])
  assert.deepEqual([failed, nothing], [1, ''])
  const line = CHIP.slice(0, CHIP.indexOf('<name>WIDE</name>')).split('\n').length - 1 // where its <register> is
  assert.ok(stderr.startsWith(`iomap: UART0.WIDE <register> (${path}:${line}): it has 24 bits; `), stderr)
  assert.match(stderr, /^[^\n]*\n$/)
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
    [[chip, '--peripheral', 'SPI'], 2, /'SPI', .* it has UART0, UART1, UART2, 1-WIRE$/],
    [[chip, '--output', 'x.ts'], 2, /--output needs --peripheral NAME, or --all/],
    [[chip, '--all', '--json'], 2, /--json is for the list/],
    [[chip, '--all', '--peripheral', 'UART0'], 2, /--all.*cannot be used with.*--peripheral/],
    [[], 2, /missing required argument 'file'/],
    [[join(folder, 'none.svd')], 1, /ENOENT.*none\.svd/],
    [[folder], 1, /not an ordinary file/],
    [[chip, '-p', 'UART0', '-o', join(folder, 'no/such/x.ts')], 1, /ENOENT/],
    [[chip, '-p', 'UART0', '-o', chip], 2, /the SVD file itself; name another/],
  ]
  for (const [words, code, message] of mistakes) {
    const ended = await iomap(['svd', ...words])
    assert.deepEqual([ended.code, ended.stdout], [code, ''], words.join(' '))
    assert.match(ended.stderr, /^iomap: [^\n]+\n$/)
    assert.match(ended.stderr.trim(), message)
  }
})
