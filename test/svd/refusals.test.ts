// Files that are broken, or meant to do harm: each is a Failure that says where and what, soon.
import assert from 'node:assert/strict'
import { truncateSync } from 'node:fs'
import { describe, test } from 'node:test'
import { Failure } from '../../src/cli/failure.js'
import { definePeripheral } from '../../src/cli/svd/definition.js'
import { emitModule } from '../../src/cli/svd/emit.js'
import { readDevice } from '../../src/cli/svd/read-device.js'
import { CHIP, chipWith } from './chip.js'
import { svdFile } from './files.js'
import { soon } from './soon.js'

/** All that can be asked of a file. */
const readAll = (path: string): string => {
  const device = readDevice(path)
  for (const each of device.peripherals) definePeripheral(device, each)
  return emitModule(device, device.peripherals, 'test')
}

const LOL = `<!DOCTYPE device [<!ENTITY a "lol">${'bcdefghij'
  .split('')
  .map((name, i) => `<!ENTITY ${name} "${`&${'abcdefghij'[i]};`.repeat(10)}">`)
  .join('')}]><device><name>&j;</name></device>`

const files: [string, string | Uint8Array, RegExp][] = [
  ['nothing', '', /:1:1: Root element is missing/],
  ['no XML', 'hello', /:1:1: Root element/],
  ['bytes that are no text', new Uint8Array([0x3c, 0x61, 0xff, 0xfe, 0x00]), /can't be read as utf-8/],
  [
    'an encoding that does not exist',
    '<?xml version="1.0" encoding="x-none"?><device/>',
    /can't be read as x-none/,
  ],
  ['its first half', CHIP.slice(0, CHIP.length / 2), /:\d+:\d+: .*no well-formed XML/],
  ['another root', '<html><body/></html>', /<html> \(.*:1\).*outermost element/],
  ['no peripherals', '<device><name>X</name></device>', /X <device> .*no peripherals/],
  ['an entity bomb', LOL, /Named entity isn't defined: &j;/],
  ['a tag without end', `<${'a'.repeat(1e6)}/>`, /^<a{40}> \(.*:1\): an SVD file has <device>/],
  ['an entity without end', `<device><name>&${'a'.repeat(1e6)};</name></device>`, /isn't defined: &a{40}/],
  [
    'an external entity',
    '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><device><name>&x;</name></device>',
    /isn't defined: &x;/,
  ],
  ['100,000 levels', '<device>'.repeat(100_000) + '</device>'.repeat(100_000), /nested too deeply/],
  ['3,000 levels', `<device>${'<a>'.repeat(3000)}${'</a>'.repeat(3000)}</device>`, /nested too deeply/],
  ['100 levels', `<device>${'<a>'.repeat(100)}${'</a>'.repeat(100)}</device>`, /nested too deeply/],
]

/** A cluster of 1,000. */
const list = (name: string, inside: string): string =>
  `<cluster><name>${name}%s</name><addressOffset>0</addressOffset><dim>1000</dim><dimIncrement>1</dimIncrement>${inside}</cluster>`

const changes: [string, string, string, RegExp][] = [
  [
    'no base address',
    '<baseAddress>1G</baseAddress>',
    '',
    /^1-WIRE <peripheral> \(.*:\d+\): it has no baseAddress/,
  ],
  [
    'no number',
    '<addressOffset>0xc</addressOffset>',
    '<addressOffset>NaN</addressOffset>',
    /^UART0\.RX <register> \(.*:\d+\): its addressOffset is 'NaN'; .* 0x10/,
  ],
  ['a negative number', '<size>16</size>', '<size>-16</size>', /its size is '-16'/],
  ['a huge number', '<baseAddress>1G', '<baseAddress>0xffffffffffffffff', /more than 0x1fffffffffffff/],
  [
    'a number of a million digits',
    '<baseAddress>1G',
    `<baseAddress>${'9'.repeat(1e6)}`,
    /its baseAddress is '9{40}'/,
  ],
  ['no offset', '<addressOffset>0x10</addressOffset>', '', /^UART0\.COMMAND .*no addressOffset/],
  ['a size that is none', '<size>64</size>', '<size>24</size>', /^UART0\.WIDE .*24 bits; .* 8, 16, 32 or 64/],
  [
    'an offset between registers',
    '<addressOffset>0x48',
    '<addressOffset>0x4c',
    /^UART0\.WIDE .*0x4c is no multiple of 8/,
  ],
  [
    'an access that is none',
    '<access>writeOnce',
    '<access>sometimes',
    /its access is 'sometimes'; .*read-writeOnce/,
  ],
  ['a read action that is none', 'modifyExternal', 'toString', /its readAction is 'toString'/],
  [
    'bits beyond the register',
    '[15:15]',
    '[16:16]',
    /^UART0\.COMMAND\.read .*bits 16 to 16 are not in a register of 16/,
  ],
  ['bits the wrong way round', '[31:24]', '[24:31]', /bits 24 to 31 are not in/],
  ['bits that are none', '[31:24]', '31..24', /its bitRange is '31\.\.24'; .*\[7:4\]/],
  [
    'bits that two have',
    '[31:24]</bitRange><access>write-only',
    '[23:20]</bitRange><access>read-write',
    /^UART0\.CONTROL .*DIVIDER and KEY both have bit 20/,
  ],
  ['one name twice', '<name>TX</name>', '<name>RX</name>', /two of the name RX/],
  ['one field twice', '<name>KEY</name>', '<name>ENABLE</name>', /two fields called ENABLE/],
  ['one peripheral twice', '<name>UART2</name>', '<name>UART0</name>', /two of the name UART0/],
  ['no name', '<name>TX</name>', '', /it has no name/],
  [
    'a value that does not fit',
    '<value>0b11</value>',
    '<value>4</value>',
    /^UART0\.CONTROL\.PARITY.*ODD .*does not fit the field's 2 bits/,
  ],
  ['a value that is none', '<value>#10</value>', '<value>two</value>', /its value is 'two'/],
  ['too many values', '<value>#1xxx</value>', `<value>#${'x'.repeat(40)}</value>`, /leaves 40 bits open/],
  [
    'more elements than there can be',
    '<dim>4</dim>',
    '<dim>4000000000</dim>',
    /its dim is 0xee6b2800; that is more than 0x10000/,
  ],
  ['a list of none', '<dim>4</dim>', '<dim>0</dim>', /its dim is 0/],
  ['no increment', '<dim>4</dim><dimIncrement>8</dimIncrement>', '<dim>4</dim>', /no dimIncrement/],
  [
    'an array over itself',
    '<dim>4</dim><dimIncrement>8</dimIncrement>',
    '<dim>4</dim><dimIncrement>2</dimIncrement>',
    /^UART0\.BUFFER\[%s\] .*its dimIncrement is 2; the register has 4 bytes/,
  ],
  ['a list without a place for its index', 'BUFFER[%s]', 'BUFFER', /its name must hold %s/],
  ['too few names', 'LOW,HIGH', 'LOW', /its dimIndex is 'LOW'; it must name 2/],
  ['too many names', 'A-C', 'A-Z', /its dimIndex is 'A-Z'; it must name 3/],
  [
    'an index without end',
    'LOW,HIGH',
    `LOW,${'x'.repeat(1e6)}`,
    /an index of it has 1000000 characters; at most 200/,
  ],
  [
    'derived from nothing',
    'derivedFrom="CONTROL.PARITY"',
    'derivedFrom="CONTROL.NOTHING"',
    /derived from 'CONTROL\.NOTHING', and there is no such <field>/,
  ],
  [
    'derived from itself',
    '<peripheral>\n      <name>UART0</name>',
    '<peripheral derivedFrom="UART1">\n      <name>UART0</name>',
    /derived from itself, by way of/,
  ],
  [
    'a name without end',
    '<name>TX</name>',
    `<name>${'x'.repeat(1e6)}</name>`,
    /1000000 characters; at most 200/,
  ],
  [
    'a list of lists of lists',
    '<name>DMA[%s]</name>',
    `<name>DMA[%s]</name>${list('A', list('B', list('C', '')))}`,
    /with it, its peripheral has more than 100000 registers/,
  ],
  [
    'a cluster that is derived from what it lies in',
    '<name>TARGET</name>',
    '<name>TARGET</name><cluster derivedFrom="UART0.DMA"><name>AGAIN%s</name><dim>1</dim></cluster>',
    /derived from what it lies in\?/,
  ],
  [
    'names of 54 bits',
    '<bitRange>[63:2]</bitRange>',
    '<bitRange>[63:2]</bitRange><enumeratedValues><enumeratedValue><name>A</name><value>1</value></enumeratedValue></enumeratedValues>',
    /can't have names/,
  ],
]

describe('a file is refused that', () => {
  const refused = (content: string | Uint8Array, message: RegExp) => {
    const path = svdFile(content)
    soon(() =>
      assert.throws(
        () => readAll(path),
        error => {
          assert.ok(error instanceof Failure, String(error))
          assert.match(error.message, message)
          assert.ok(error.message.length < 400, 'it is short')
          return true
        },
      ),
    )
  }
  for (const [what, content, message] of files) test(`is ${what}`, () => refused(content, message))
  for (const [what, part, other, message] of changes)
    test(`has ${what}`, () => refused(chipWith(part, other), message))

  test('is larger than any description', () => {
    const path = svdFile('<device/>')
    truncateSync(path, 100 * 1024 ** 2)
    assert.throws(() => readAll(path), /104857600 bytes; .* more than 67108864/)
  })

  test('is a folder, or not there', () => {
    assert.throws(() => readAll('/tmp'), /not an ordinary file/)
    assert.throws(() => readAll('/nowhere.svd'), { code: 'ENOENT' })
  })
})

test('words of a file never become code', () => {
  const evil = '*/ process.exit(1) /* `$\x7bprocess.exit(2)}` \' " \\ \u2028 // '
  const text = [
    ['A serial port', `A ${evil}`],
    ['<name>TX</name>', `<name>TX${evil}</name>`],
    ['<name>KEY</name>', `<name>${evil}</name>`],
    ['<name>NONE</name>', `<name>NONE${evil}</name>`],
    ['<name>1-WIRE</name>', `<name>W${evil}</name>`],
    ['Free for all.', `Free ${evil} \u2029 process.exit(3)`],
    ['<version>1.2', `<version>${evil}`],
    ['<name>CHIP</name>', `<name>CHIP${evil}</name>`],
  ].reduce((now, [part = '', other = '']) => {
    assert.ok(now.includes(part), part)
    return now.replace(part, () => other)
  }, CHIP)
  const module = readAll(svdFile(text))
  const code = module
    .replace(/\/\*\*[\s\S]*?\*\//g, '')
    .split('\n')
    .filter(line => !line.startsWith('//'))
    .join('\n')
    .replace(/'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"/g, "''")
  assert.doesNotMatch(code, /process\.|exit\(|`|\u2028|\u2029/, code)
  assert.match(module, /process\.exit/, 'but they are in it')
})

test('names that JavaScript gives meaning to are only names', () => {
  for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'then']) {
    const device = readDevice(svdFile(chipWith('<name>KEY</name>', `<name>${name}</name>`)))
    const text = emitModule(device, device.peripherals, 'test')
    assert.ok(text.includes(`    ${name}_: bits(31, 24).wo,`), name)
  }
  const device = readDevice(svdFile(chipWith('<name>NONE</name>', '<name>__proto__</name>')))
  definePeripheral(device, device.peripherals[0] ?? assert.fail())
  assert.equal(Object.getPrototypeOf({}), Object.prototype)
})
