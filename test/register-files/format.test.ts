// More of the format: what a chip's file says beside places and fields.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { emitModule } from '../../src/cli/register-files/emit/emit-module.js'
import { peripheralJson } from '../../src/cli/register-files/json.js'
import { readRegisterFile } from '../../src/cli/register-files/read-file.js'
import { deviceOf, fields, peripheral, register } from './chip.js'
import { svdFile } from './files.js'

const read = (text: string | Uint8Array) => readRegisterFile(svdFile(text))
const moduleOf = (text: string | Uint8Array): string => {
  const device = read(text)
  return emitModule(device, device.peripherals, { command: 'test', path: 'chip.svd' })
}
/** A peripheral with more to say before its registers. */
const about = (inside: string, ...registers: string[]) =>
  peripheral('P', ...registers).replace('<baseAddress>', () => `${inside}<baseAddress>`)

test('interrupts, and the group of a peripheral: in the module and in JSON', () => {
  const interrupt = (name: string, value: string) =>
    `<interrupt><name>${name}</name><description>When ${name}</description><value>${value}</value></interrupt>`
  const text = deviceOf(
    about(
      `<groupName>TIMERS</groupName>${interrupt('P_RX', '0x14')}${interrupt('P-TX', '21')}`,
      register('R', 0),
    ),
  )
  assert.match(
    moduleOf(text),
    /^\/\*\* Numbers of the interrupts of P\. \*\/\nexport const P_INTERRUPTS = \{\n {2}\/\*\* When P_RX \*\/\n {2}P_RX: 20,\n {2}\/\*\* When P-TX \*\/\n {2}'P-TX': 21,\n\}\n\/\*\* One of TIMERS\. \*\/\nexport const P = /m,
  )
  const [json] = read(text).peripherals.map(peripheralJson)
  assert.deepEqual(json?.interrupts, [
    { name: 'P_RX', number: 20, description: 'When P_RX' },
    { name: 'P-TX', number: 21, description: 'When P-TX' },
  ])
  assert.equal(json?.group, 'TIMERS')
})

test('descriptions of values, other names in documents, alternate registers, constraints of writes', () => {
  const value = (name: string, number: number, description = '') =>
    `<enumeratedValue><name>${name}</name><description>${description}</description><value>${number}</value></enumeratedValue>`
  const mode = `<field><name>MODE</name><bitRange>[1:0]</bitRange><writeConstraint><useEnumeratedValues>true</useEnumeratedValues></writeConstraint><enumeratedValues>${value('OFF', 0, 'Draws nothing')}${value('ON', 1, 'ON')}</enumeratedValues></field>`
  const rate = `<field><name>RATE</name><bitRange>[7:4]</bitRange><writeConstraint><range><minimum>1</minimum><maximum>0xc</maximum></range></writeConstraint></field>`
  const text = deviceOf(
    peripheral(
      'P',
      register(
        'CR',
        0,
        `<displayName>P_CR</displayName><description>Control</description>${fields(mode, rate)}`,
      ),
      register(
        'CR_ALT',
        0,
        '<alternateRegister>CR</alternateRegister><writeConstraint><writeAsRead>true</writeAsRead></writeConstraint>',
      ),
    ),
  )
  const module = moduleOf(text)
  assert.match(module, /\/\*\* Control\. In its documents: P_CR\. \*\//)
  assert.match(
    module,
    /\/\*\* Only values that have names may be written\. \*\/\n {4}MODE: enumeration\(1, 0, \{\n {6}\/\*\* Draws nothing \*\/\n {6}OFF: 0,\n {6}ON: 1,\n {4}\}\),/,
  )
  assert.match(module, /\/\*\* 0x1 to 0xc may be written\. \*\/\n {4}RATE: bits\(7, 4\),/)
  assert.match(
    module,
    /\/\*\* It lies where CR does\. To be written as it was read\. \*\/\n {2}CR_ALT: reg32\(0x00\)\.overlaps,/,
  )
  const items = read(text).peripherals.map(peripheralJson)[0]?.items as Record<string, unknown>[]
  assert.deepEqual(
    [items[0]?.displayName, items[1]?.alternateOf, items[1]?.writeConstraint],
    ['P_CR', 'CR', 'as-read'],
  )
})

test('arrays: what one of them is called, and names beside their numbers', () => {
  const names =
    '<dimArrayIndex><headerEnumName>Which</headerEnumName><enumeratedValue><name>UART0</name><description>The first</description><value>0</value></enumeratedValue><enumeratedValue><name>SPI</name><value>1</value></enumeratedValue></dimArrayIndex>'
  const text = deviceOf(
    peripheral(
      'P',
      register('R[%s]', 0, `<dim>2</dim><dimIncrement>4</dimIncrement><dimName>Port</dimName>${names}`),
    ),
  )
  assert.match(
    moduleOf(text),
    /\/\*\* Each is a Port\. \[0\] is UART0 \(The first\), \[1\] is SPI\. \*\/\n {2}R: reg32\(0x00\)\.array\(2, 0x04\),/,
  )
})

describe('addressUnitBits', () => {
  const device = (bits: number, ...offsets: number[]) => {
    const registers = offsets.map((offset, i) => register(`R${i}`, offset, '<size>16</size>'))
    return deviceOf(peripheral('P', ...registers)).replace(
      '<peripherals>',
      `<addressUnitBits>${bits}</addressUnitBits><peripherals>`,
    )
  }
  const places = (text: string) => {
    const [p] = read(text).peripherals
    return [p?.base, ...(p?.items() ?? []).map(({ offset }) => offset)]
  }
  test('addresses count words where they do', () => {
    assert.deepEqual(places(device(16, 0, 1, 3)), [0x2000, 0, 2, 6])
  })
  test('and bytes where no register lies between words: a vendor gave the width of its bus', () => {
    assert.deepEqual(places(device(32, 0, 4, 8)), [0x1000, 0, 4, 8])
    assert.match(
      read(device(32, 0, 4)).oddities.messages.join(),
      /addressUnitBits is '32'; .* addresses are taken to count bytes/,
    )
    assert.match(
      read(device(12, 0, 4)).oddities.messages.join(),
      /addressUnitBits is '12'; it must be a multiple of 8/,
    )
  })
})

describe('odd sizes', () => {
  const widths = (...registers: string[]) =>
    read(deviceOf(peripheral('P', ...registers))).peripherals.flatMap(each =>
      each.items().map(item => `${item.name} ${item.kind === 'register' ? item.bits : ''}`),
    )
  const size = (bits: number) => `<size>${bits}</size>`
  test('are read by the next wider access, unless others lie beside', () => {
    assert.deepEqual(widths(register('A', 0, size(24)), register('B', 4, size(1))), ['A 32', 'B 8'])
    assert.deepEqual(widths(register('A', 0, size(24)), register('B', 3, size(8))), ['B 8'])
    assert.deepEqual(
      widths(register('A', 0, size(0)), register('B', 4, size(128)), register('C', 8, size(64))),
      ['C 64'],
    )
  })
})

test('words for accesses and effects that others use', () => {
  const r = (name: string, inside: string) => register(name, 0, inside)
  const modes = (inside: string) =>
    /R: reg32\(0x00\)(.*),/.exec(moduleOf(deviceOf(peripheral('P', r('R', inside)))))?.[1]
  const access = (word: string) => modes(`<access>${word}</access>`)
  assert.deepEqual(
    ['read', 'write', 'read/write', 'READ_WRITE', 'rw', 'WriteOnce', 'sometimes'].map(access),
    ['.ro', '.wo', '', '', '', '.wo', ''],
  )
  assert.equal(access('read/clear'), '.w1c')
  assert.equal(
    modes('<access>read/clear</access><modifiedWriteValues>zeroToClear</modifiedWriteValues>'),
    '.w0c',
  )
  assert.equal(modes('<modifiedWriteValues>onetoclear</modifiedWriteValues>'), '.w1c')
  assert.equal(modes('<readAction>eats</readAction>'), '.rx')
})

test('values that no number is, where the element is right without', () => {
  const text = deviceOf(peripheral('P', register('R', 0, '<resetValue>unknown</resetValue>')))
  assert.match(moduleOf(text), /R: reg32\(0x00\),/)
})
