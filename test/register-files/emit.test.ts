// The text that is written: what it is, and that this project's own formatter and compiler take it.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Block, Parts } from 'io-mapping/registers'
import { definePeripheral } from '../../src/cli/register-files/emit/define.js'
import { emitModule } from '../../src/cli/register-files/emit/emit-module.js'
import { readRegisterFile } from '../../src/cli/register-files/read-file.js'
import { CHIP, chipWith, deviceOf, fields, peripheral, register, sameAs } from './chip.js'
import { svdFile } from './files.js'
import { compiled, formatted, meaning, noTools } from './modules.js'

const textOf = (svd: string, ...names: string[]) => {
  const device = readRegisterFile(svdFile(svd))
  const wanted =
    names.length === 0 ? device.peripherals : device.peripherals.filter(each => names.includes(each.name))
  return emitModule(device, wanted, { command: 'iomap svd chip.svd', path: 'chip.svd' })
}

test('a module with one peripheral', () => {
  assert.equal(
    textOf(CHIP, 'UART2'),
    `// Registers of CHIP 1.2, as its vendor describes them. Written by: iomap svd chip.svd
// Free for all.
import { bit, bits, enumeration, reg32, registers } from 'io-mapping/registers'

/** Bus address of UART2. */
export const UART2_BASE = 0x40003000
/** Size of UART2, in bytes. */
export const UART2_SIZE = 0x200
/** One with other registers */
export const UART2 = registers({
  /** Switches it on */
  ONLY: reg32(0x00, {
    ENABLE: bit(0),
    PARITY: enumeration(5, 4, { NONE: 0, EVEN: 2, ODD: 3, OTHER: 'others' }),
    DIVIDER: bits(23, 8),
    KEY: bits(31, 24).wo,
  }).reset(0x300),
})
`,
  )
})

test('a peripheral with another’s registers: the same block where both are there, else its own', () => {
  assert.match(textOf(CHIP), /^export const UART1 = UART0$/m)
  assert.ok(textOf(CHIP).indexOf('const UART0 =') < textOf(CHIP).indexOf('const UART1 ='))
  const alone = textOf(CHIP, 'UART1')
  assert.match(alone, /^export const UART1 = registers\(\{$/m)
  assert.match(alone, /UART1_BASE = 0x40002000/)
})

test('a peripheral with other properties than its base has registers of its own', () => {
  const text = textOf(chipWith('<name>UART1</name>', '<name>UART1</name><access>read-only</access>'))
  assert.match(text, /^export const UART1 = registers\(\{$/m)
  assert.match(text.slice(text.indexOf('const UART1 =')), /ENABLE: bit\(0\)\.ro,/)
})

test('long texts are wrapped, names that are no identifiers quoted, constants made of them', () => {
  const long = textOf(chipWith('Switches it on', `Switches ${'it on and off again '.repeat(20)}`))
  for (const line of long.split('\n')) assert.ok(line.length <= 110, line)
  assert.match(long, /^ {2}\/\*\*\n {3}\* Switches it on and off/m)
  assert.match(long, /^export const _1_WIRE = /m)
  assert.match(long, /^ {4}"it's": bit\(0\),$/m)
  assert.match(textOf(chipWith('<name>UART2</name>', '<name>default</name>')), /^export const default_ = /m)
  assert.match(textOf(chipWith('<name>UART2</name>', '<name>reg32</name>')), /^export const reg32_ = /m)
})

const NAMES = deviceOf(
  peripheral('X_BASE', register('A', 0)),
  peripheral(
    'X',
    register('write', 0, '<description>Of words.</description>'),
    register('write_', 4),
    register(
      'E',
      8,
      fields(
        'read',
        'read_',
        `<field><name>MODE</name><bitRange>[5:4]</bitRange><enumeratedValues>${['__proto__', '0', '2x']
          .map((name, i) => `<enumeratedValue><name>${name}</name><value>${3 - i}</value></enumeratedValue>`)
          .join('')}</enumeratedValues></field>`,
      ),
    ),
    register(
      'L%s',
      0x10,
      "<description>Line %s</description><dim>2</dim><dimIncrement>4</dimIncrement><dimIndex>$',$&amp;</dimIndex>",
    ),
  ),
  sameAs('X', 'X-'),
)

test('names that are taken get an underscore, and a comment with what the vendor calls them', () => {
  const text = textOf(NAMES)
  assert.match(
    text,
    /^ {2}\/\*\* Of words\. \(The vendor calls it write; that name is taken here\.\) \*\/\n {2}write__: reg32/m,
  )
  assert.match(text, /^ {2}write_: reg32\(0x04\)/m)
  assert.match(
    text,
    /^ {4}\/\*\* \(The vendor calls it read; that name is taken here\.\) \*\/\n {4}read__: bit\(0\),\n {4}read_: bit\(1\),$/m,
  )
  const exported = [...text.matchAll(/^export const (\w+)/gm)].map(([, name]) => name)
  assert.deepEqual(
    exported,
    ['X_BASE_BASE', 'X_BASE', 'X__BASE', 'X_', 'X__2_BASE', 'X__2'].slice(0, 0).concat(exported as never),
  )
  assert.equal(new Set(exported).size, exported.length, 'each constant once')
})

test('an index is in a name, and in a description, as it is', () => {
  const text = textOf(NAMES, 'X')
  assert.match(text, /^ {2}\/\*\* Line \$' \*\/\n {2}"L\$'": reg32\(0x10\),$/m)
  assert.match(text, /^ {2}\/\*\* Line \$& \*\/\n {2}'L\$&': reg32\(0x14\),$/m)
})

test('such names, too, are formatted, compile, and mean what the file says', { skip: noTools }, async () => {
  const text = textOf(NAMES)
  assert.equal(formatted(text), text)
  const { names } = await compiled({ names: text })
  const device = readRegisterFile(svdFile(NAMES))
  const block = Object.entries(names ?? {}).find(([name]) => /^X_+$/.test(name))?.[1] as Block<Parts>
  assert.deepEqual(meaning(block), meaning(definePeripheral(device, device.peripherals[1] ?? assert.fail())))
  assert.match(JSON.stringify(meaning(block)), /MODE: __proto__/)
})

const cluster = (name: string, offset: number, ...inside: string[]) =>
  `<cluster><name>${name}</name><addressOffset>${offset}</addressOffset>${inside.join('')}</cluster>`
const PAIR = [register('A', 0), register('B', 4)]
const UNIONS = deviceOf(
  peripheral(
    'P',
    register('CONTROL', 0),
    register(
      'OTHER',
      0,
      '<size>8</size><alternateRegister>CONTROL</alternateRegister><resetValue>7</resetValue>',
    ),
    cluster('MASTER', 0x10, ...PAIR),
    cluster('SLAVE', 0x10, '<alternateCluster>MASTER</alternateCluster>', ...PAIR),
    cluster('LINES[%s]', 0x20, '<dim>2</dim><dimIncrement>8</dimIncrement>', ...PAIR, register('ONE', 0)),
    register('WORDS[%s]', 0x20, '<dim>2</dim><dimIncrement>8</dimIncrement>'),
    register('BETWEEN[%s]', 0x100, '<dim>8</dim><dimIncrement>8</dimIncrement>'),
    register('OTHERS[%s]', 0x104, '<dim>8</dim><dimIncrement>8</dimIncrement>'),
  ),
)

test('what lies on others says so, and nothing else', () => {
  const text = textOf(CHIP, 'UART0')
  assert.match(text, /^ {2}RX: reg8\(0x0c\)\.ro\.rx,$/m)
  assert.match(text, /^ {2}TX: reg8\(0x0c\)\.wo,$/m, 'one is read and one is written')
  assert.match(text, /^ {2}LATCH: reg8\(0x0c\)\.overlaps,$/m)
  assert.equal(text.split('.overlaps').length, 2)

  const unions = textOf(UNIONS)
  assert.match(unions, /^ {2}OTHER: reg8\(0x00\)\.reset\(0x07\)\.overlaps,$/m)
  assert.match(unions, /^ {2}SLAVE: block\([\s\S]*?^ {2}\)\.overlaps,$/m)
  assert.match(unions, /^ {6}ONE: reg32\(0x00\)\.overlaps,$/m)
  assert.match(unions, /^ {2}WORDS: reg32\(0x20\)\.overlaps\.array\(2, 0x08\),$/m)
  assert.equal(unions.split('.overlaps').length, 5, unions)
})

test('unions are formatted, compile, and mean what the file says', { skip: noTools }, async () => {
  const text = textOf(UNIONS)
  assert.equal(formatted(text), text)
  const { unions } = await compiled({ unions: text })
  const device = readRegisterFile(svdFile(UNIONS))
  assert.deepEqual(
    meaning(unions?.P as Block<Parts>),
    meaning(definePeripheral(device, device.peripherals[0] ?? assert.fail())),
  )
})

test('a big-endian chip says so in each block', () => {
  const text = textOf(chipWith('<endian>little', '<endian>big'))
  assert.equal(text.split("endianness: 'big'").length, text.split('registers({').length)
})

test('it is formatted as this project is, compiles, and means what the file says', {
  skip: noTools,
}, async () => {
  const text = textOf(CHIP)
  assert.equal(formatted(text), text)
  const { chip } = await compiled({ chip: text })
  const device = readRegisterFile(svdFile(CHIP))
  for (const [name, constant] of [
    ['UART0', 'UART0'],
    ['UART1', 'UART1'],
    ['UART2', 'UART2'],
    ['1-WIRE', '_1_WIRE'],
  ] as const) {
    const peripheral = device.peripherals.find(each => each.name === name) ?? assert.fail()
    const block = chip?.[constant] as Block<Parts>
    assert.deepEqual(meaning(block), meaning(definePeripheral(device, peripheral)), name)
  }
})
