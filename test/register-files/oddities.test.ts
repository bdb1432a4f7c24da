// What is wrong in one element costs that element: a warning says what, where, and what was done; all else is as it was.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { listRegisters } from 'io-mapping/registers'
import { definePeripheral } from '../../src/cli/register-files/emit/define.js'
import { emitModule } from '../../src/cli/register-files/emit/emit-module.js'
import { readRegisterFile } from '../../src/cli/register-files/read-file.js'
import { CHIP, chipWith } from './chip.js'
import { svdFile } from './files.js'
import { soon } from './soon.js'

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
  [
    'a size that is none',
    '<size>64</size>',
    '<size>24</size>',
    /^UART0\.WIDE .*it has 24 bits; .* 8, 16, 32 or 64; it is taken for one of 32$/,
  ],
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
    /its access is 'sometimes'; .*read-writeOnce; it is not heeded$/,
  ],
  [
    'a read action that is none',
    'modifyExternal',
    'toString',
    /its readAction is 'toString'; .* it is taken for modify$/,
  ],
  [
    'bits beyond the register',
    '[15:15]',
    '[16:16]',
    /^UART0\.COMMAND\.read .*bits 16 to 16 are not in a register of 16/,
  ],
  ['bits the wrong way round', '[31:24]', '[24:31]', /it ends at bit 24, before bit 31, where it starts/],
  ['bits that are none', '[31:24]', '31..24', /its bitRange is '31\.\.24'; .*\[7:4\]/],
  [
    'bits that two have',
    '[31:24]</bitRange><access>write-only',
    '[23:20]</bitRange><access>read-write',
    /^UART0\.CONTROL\.KEY .*it has bits of DIVIDER, too; both are kept$/,
  ],
  [
    'one name twice',
    '<name>CONTROL2</name>',
    '<name>CONTROL</name>',
    /^UART0\.CONTROL .* another of the name CONTROL; it is called CONTROL_2$/,
  ],
  [
    'one field twice',
    '<name>KEY</name>',
    '<name>ENABLE</name>',
    /^UART0\.CONTROL\.ENABLE .* another field called ENABLE; it is called ENABLE_2$/,
  ],
  [
    'one peripheral twice',
    '<name>UART2</name>',
    '<name>UART0</name>',
    /^UART0 <peripheral> \(.*:1[2-9]\d\): there is another of the name UART0; it is called UART0_2$/,
  ],
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
  [
    'a list without a place for its index',
    'BUFFER[%s]',
    'BUFFER',
    /^UART0\.BUFFER .* its name must hold %s; they are called BUFFER0 and so on$/,
  ],
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
    'a cluster that is derived from what it lies in',
    '<name>TARGET</name>',
    '<name>TARGET</name><cluster derivedFrom="UART0.DMA"><name>AGAIN%s</name><dim>1</dim></cluster>',
    /derived from what it lies in\?/,
  ],
  [
    'one name for two interrupts',
    '<name>UART2</name>',
    '<name>UART2</name><interrupt><name>I</name><value>1</value></interrupt><interrupt><name>I</name><value>1</value></interrupt><interrupt><name>I</name><value>2</value></interrupt>',
    /^UART2\.I <interrupt> .*another interrupt called I; it is called I_2$/,
  ],
  [
    'a value that has a name',
    '<value>0b11</value>',
    '<value>2</value>',
    /^UART0\.CONTROL\.PARITY.*ODD .*its value 2 has the name EVEN; that value is left out$/,
  ],
  [
    'a usage that is none',
    '<usage>write</usage>',
    '<usage>Write</usage>',
    /its usage is 'Write'; it must be one of read, write, read-write; it is taken for write$/,
  ],
  [
    'names of what has names',
    '<usage>write</usage>',
    '<usage>read</usage>',
    /<enumeratedValues> .*there are names of these values before it; it is left out$/,
  ],
  [
    'names of 54 bits',
    '<bitRange>[63:2]</bitRange>',
    '<bitRange>[63:2]</bitRange><enumeratedValues><enumeratedValue><name>A</name><value>1</value></enumeratedValue></enumeratedValues>',
    /can't have names/,
  ],
]

/** The registers of a file, by their peripherals and paths, each with what it says. */
const registersOf = (text: string) => {
  const device = readRegisterFile(svdFile(text))
  const registers = device.peripherals.flatMap(each =>
    listRegisters(definePeripheral(device, each)).map(
      ({ path, offset, width, access, format }) =>
        [
          `${each.name}.${path}`,
          `${offset} ${width} ${access} ${format(width === 8 ? 2n ** 63n : 0x5a)}`,
        ] as const,
    ),
  )
  return { device, registers: new Map(registers) }
}

describe('it costs its element alone', () => {
  const whole = registersOf(CHIP).registers
  for (const [what, part, other, message] of changes) {
    test(what, () =>
      soon(() => {
        const { device, registers } = registersOf(chipWith(part, other))
        const { messages, count } = device.oddities
        assert.equal(count, messages.length)
        const told = messages.find(each => message.test(each))
        assert.ok(told, `no ${message} in ${messages.join('\n').slice(0, 500)}`)
        assert.ok(told.length < 500, 'it is short')
        assert.match(told, /(left out|not heeded|taken for .*|called .*|are kept)$/)
        const owner = /^[\w-]+/.exec(told)?.[0]
        const untouched = [...whole].filter(
          ([name]) => !name.startsWith(`${owner}.`) && !/^(UART[12]|1-WIRE)/.test(name),
        )
        const lost = untouched.filter(([name, about]) => registers.get(name) !== about).map(([name]) => name)
        if (owner !== 'CHIP') assert.deepEqual(lost, [])
        const module = emitModule(device, device.peripherals, { command: 'test', path: 'chip.svd' })
        assert.match(module, /^\/\/ Not as the file says:$/m)
      }),
    )
  }

  test('of one register, the others of its peripheral are there', () => {
    const { registers } = registersOf(
      chipWith('<addressOffset>0xc</addressOffset>', '<addressOffset>NaN</addressOffset>'),
    )
    const lost = [...whole.keys()].filter(name => !registers.has(name))
    assert.deepEqual(lost, ['UART0.RX', 'UART1.RX'])
  })

  test('of one field, the others of its register are', () => {
    const { registers } = registersOf(chipWith('[15:15]', '[16:16]'))
    assert.match(
      registers.get('UART0.COMMAND') ?? '',
      /CODE: ACTIVE, LINEA: false, LINEB: false, LINEC: false \}$/,
    )
  })
})

test('a file that is as it should be has none', () => {
  const { device } = registersOf(CHIP)
  assert.deepEqual(device.oddities.messages, [])
})

test('each is told once, however often it is read', () => {
  const { device } = registersOf(chipWith('[15:15]', '[16:16]'))
  assert.equal(device.oddities.count, 1)
})
