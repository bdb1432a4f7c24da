// Register files that are no SVD: LiteX's csr.json, IP-XACT. They are read into the same model.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { listRegisters } from 'io-mapping/registers'
import { definePeripheral } from '../../src/cli/register-files/emit/define.js'
import { emitModule } from '../../src/cli/register-files/emit/emit-module.js'
import { countOf } from '../../src/cli/register-files/model.js'
import { readRegisterFile } from '../../src/cli/register-files/read-file.js'
import { svdFile } from './files.js'

const read = (text: string) => readRegisterFile(svdFile(text))
const registersOf = (text: string): string[] => {
  const device = read(text)
  return device.peripherals.flatMap(each =>
    listRegisters(definePeripheral(device, each)).map(
      ({ path, offset, width, access }) =>
        `${each.name}.${path} ${(each.base + offset).toString(16)} ${width} ${access}`,
    ),
  )
}
const moduleOf = (text: string): string => {
  const device = read(text)
  return emitModule(device, device.peripherals, { command: 'test', path: 'x' })
}
const oddities = (text: string): string => {
  const device = read(text)
  for (const each of device.peripherals) each.items()
  return device.oddities.messages.join('\n')
}

describe("LiteX's csr.json", () => {
  const SOC = {
    csr_bases: { ctrl: 0xf0000000, uart: 0xf0001800, uart_phy: 0xf0002000, rom: 0xf0003000 },
    csr_registers: {
      ctrl_reset: { addr: 0xf0000000, size: 1, type: 'rw' },
      ctrl_bus_errors: { addr: 0xf0000008, size: 1, type: 'ro' },
      uart_rxtx: { addr: 0xf0001800, size: 1, type: 'rw' },
      uart_phy_tuning_word: { addr: 0xf0002000, size: 1, type: 'rw' },
      uart_phy_cycles: { addr: 0xf0002004, size: 2, type: 'ro' },
    } as Record<string, unknown>,
    constants: { config_csr_data_width: 32, uart_interrupt: 3 } as Record<string, unknown>,
    memories: {},
  }
  const json = (change: Partial<typeof SOC> = {}) => JSON.stringify({ ...SOC, ...change })

  test('a peripheral for each base, and the registers whose names begin with it, and with no longer one', () => {
    assert.deepEqual(registersOf(json()), [
      'ctrl.reset f0000000 4 read-write',
      'ctrl.bus_errors f0000008 4 read-only',
      'uart.rxtx f0001800 4 read-write',
      'uart_phy.tuning_word f0002000 4 read-write',
      'uart_phy.cycles[0] f0002004 4 read-only',
      'uart_phy.cycles[1] f0002008 4 read-only',
    ])
    assert.match(moduleOf(json()), /Its 64 bits lie in 2 words, the highest first/)
    assert.match(moduleOf(json()), /uart_INTERRUPTS = \{\n {2}uart: 3,\n\}/)
  })

  test('words of 8 bits, and those that lie 64 bits apart', () => {
    const constants = { config_csr_data_width: 8, config_csr_alignment: 64 }
    const csr_registers = { ctrl_reset: { addr: 0xf0000008, size: 4, type: 'rw' } }
    assert.deepEqual(
      registersOf(json({ constants, csr_registers })).map(each => each.split(' ')[1]),
      ['f0000008', 'f0000010', 'f0000018', 'f0000020'],
    )
    assert.match(moduleOf(json({ constants, csr_registers })), /Its 32 bits lie in 4 words/)
  })

  test('addresses in quotes, and no type, as merged files have them', () => {
    const text = json({
      csr_bases: { a: '0xe0001800' as never },
      csr_registers: { a_rx: { addr: '0xe0001804', size: 1 } },
    } as never)
    assert.deepEqual(registersOf(text), ['a.rx e0001804 4 read-write'])
  })

  test('what is wrong in one element costs that element', () => {
    const csr_registers = {
      ...SOC.csr_registers,
      ctrl_a: { addr: 1, size: 1, type: 'rw' },
      ctrl_b: { addr: 0xf000000c, size: 0, type: 'rw' },
      ctrl_c: { addr: 0xf000000c, size: 1, type: 'maybe' },
      ctrl_d: null,
      ctrl_e: { addr: 0xf000000d, size: 1, type: 'rw' },
      other_f: { addr: 0xf000000d, size: 1, type: 'rw' },
    }
    const text = json({ csr_registers })
    assert.deepEqual(registersOf(text), registersOf(json()))
    const told = oddities(text)
    for (const message of [
      /^ctrl_a in csr_registers \(.*\): its addr is 1; it must be 0xf0000000 or more; it is left out$/m,
      /^ctrl_b .* its size is 0; /m,
      /^ctrl_c .* its type is "maybe"; it must be ro or rw/m,
      /^ctrl_d .* its addr is missing/m,
      /^ctrl_e .* no multiple of 4/m,
      /^other_f .* it is of none of csr_bases; it is left out$/m,
    ])
      assert.match(told, message)
  })

  test('what is none is refused', () => {
    assert.throws(() => read('{"a": 1}'), /has no csr_bases; LiteX's csr\.json has/)
    assert.throws(() => read('{"a": '), /no well-formed JSON/)
    assert.throws(
      () => read(json({ constants: { config_csr_data_width: 7 } })),
      /config_csr_data_width is 7; it must be 8, 16 or 32/,
    )
  })
})

describe('IP-XACT', () => {
  const component = (prefix: string, blocks: string, more = '') =>
    `<?xml version="1.0"?><component xmlns:x="x"><vendor>v</vendor><name>CORE</name><version>1.0</version>${more}<memoryMaps><memoryMap><name>M</name>${blocks}</memoryMap></memoryMaps></component>`.replace(
      /<(\/?)(\w+)/g,
      (_all, slash, tag) => `<${slash}${prefix}:${tag}`,
    )
  const block = (name: string, inside: string) =>
    `<addressBlock><name>${name}</name><baseAddress>'h1000</baseAddress><range>4K</range><width>32</width>${inside}</addressBlock>`
  const register = (name: string, offset: string, inside = '', size = '32') =>
    `<register><name>${name}</name><addressOffset>${offset}</addressOffset><size>${size}</size>${inside}</register>`
  const field = (name: string, low: number, width: number, inside = '') =>
    `<field><name>${name}</name><bitOffset>${low}</bitOffset><bitWidth>${width}</bitWidth>${inside}</field>`
  const value = (name: string, number: string, usage = '') =>
    `<enumeratedValue${usage}><name>${name}</name><value>${number}</value></enumeratedValue>`

  test('2009: prefixes of its own, resets of registers, register files, arrays', () => {
    const text = component(
      'spirit',
      block(
        'REGS',
        register(
          'CTRL',
          '0x0',
          `<description>Control</description><access>read-write</access><reset><value>0x11</value><mask>0xf</mask></reset>${field('GO', 0, 1)}${field('MODE', 4, 2, `<enumeratedValues>${value('OFF', '0')}${value('ON', '0x1')}</enumeratedValues>`)}`,
        ) +
          register(
            'STAT',
            '#4',
            `<access>read-only</access>${field('DONE', 0, 1, '<modifiedWriteValue>oneToClear</modifiedWriteValue><access>read-write</access>')}${field('SEEN', 1, 1, '<readAction>clear</readAction>')}`,
          ) +
          register('BUF', '0x10', '<dim>4</dim>', '16') +
          `<registerFile><name>CH</name><dim>2</dim><addressOffset>0x40</addressOffset><range>0x10</range>${register('A', '8')}</registerFile>`,
      ) +
        '<addressBlock><name>RAM</name><baseAddress>0</baseAddress><range>64</range><width>32</width><usage>memory</usage></addressBlock>',
    )
    assert.deepEqual(registersOf(text), [
      'REGS.CTRL 1000 4 read-write',
      'REGS.STAT 1004 4 read-write',
      'REGS.BUF[0] 1010 2 read-write',
      'REGS.BUF[1] 1012 2 read-write',
      'REGS.BUF[2] 1014 2 read-write',
      'REGS.BUF[3] 1016 2 read-write',
      'REGS.CH[0].A 1048 4 read-write',
      'REGS.CH[1].A 1058 4 read-write',
    ])
    const module = moduleOf(text)
    assert.match(
      module,
      /\/\*\* Control \*\/\n {2}CTRL: reg32\(0x00, \{\n {4}GO: bit\(0\),\n {4}MODE: enumeration\(5, 4, \{ OFF: 0, ON: 1 \}\),\n {2}\}\)\.reset\(0x01\)/,
    )
    assert.match(module, /DONE: bit\(0\)\.w1c,\n {4}SEEN: bit\(1\)\.ro\.rc,/)
    assert.match(module, /REGS_SIZE = 0x1000/)
  })

  test('2014: resets of fields, parameters, alternate registers, names for reading and writing', () => {
    const names = `<enumeratedValues>${value('IDLE', "'b0", ' usage="read"')}${value('START', "2'd1", ' usage="write"')}</enumeratedValues>`
    const alternate = `<alternateRegisters><alternateRegister><name>CTRL2</name><alternateGroups><alternateGroup>B</alternateGroup></alternateGroups>${field('X', 0, 8)}</alternateRegister></alternateRegisters>`
    const text = component(
      'ipxact',
      block(
        'REGS',
        register(
          'CTRL',
          'OFFSET',
          `${field('A', 4, 4, "<resets><reset><value>4'hA</value></reset></resets>")}${field('CMD', 0, 2, names)}${field('R', 8, 4, '<reserved>true</reserved>')}${alternate}`,
        ),
      ),
      '<parameters><parameter parameterId="OFFSET"><name>o</name><value>8</value></parameter></parameters>',
    )
    assert.deepEqual(registersOf(text), ['REGS.CTRL 1008 4 read-write', 'REGS.CTRL2 1008 4 read-write'])
    assert.match(
      moduleOf(text),
      /CTRL: reg32\(0x08, \{\n {4}A: bits\(7, 4\),\n {4}CMD: enumeration\(1, 0, \{ IDLE: 0 \}, \{ START: 1 \}\),\n {2}\}\)\.reset\(0xa0\)/,
    )
    assert.match(moduleOf(text), /It lies where CTRL does\. \*\/\n {2}CTRL2: reg32\(0x08, \{/)
  })

  test('2022: arrays with strides, access policies', () => {
    const policy = (access: string, more = '') =>
      `<fieldAccessPolicies><fieldAccessPolicy><access>${access}</access>${more}</fieldAccessPolicy></fieldAccessPolicies>`
    const text = component(
      'ipxact',
      block(
        'REGS',
        register(
          'R',
          '0',
          `<array><dim>2</dim><dim>3</dim><stride>8</stride></array>${field('A', 0, 1, policy('read-only'))}${field('B', 1, 1, policy('no-access'))}${field('C', 2, 2, policy('read-write', '<writeValueConstraint><minimum>0</minimum><maximum>2</maximum></writeValueConstraint>'))}`,
        ),
      ),
    )
    assert.deepEqual(
      registersOf(text).map(each => each.split(' ')[1]),
      ['1000', '1008', '1010', '1018', '1020', '1028'],
    )
    assert.match(
      moduleOf(text),
      /\n {4}A: bit\(0\)\.ro,\n {4}\/\*\* 0x0 to 0x2 may be written\. \*\/\n {4}C: bits\(3, 2\),\n {2}\}\)\.array\(6, 0x08\)/,
    )
  })

  test('what is wrong in one element costs that element', () => {
    const text = component(
      'ipxact',
      block(
        'REGS',
        register('A', 'BASE + 4') +
          register('B', '2') +
          register('C', '4', field('X', 31, 2) + field('Y', 0, 1)) +
          register('D', '8', '', '128'),
      ),
    )
    assert.deepEqual(registersOf(text), ['REGS.C 1004 4 read-write'])
    for (const message of [
      /^M\.REGS\.A <register> \(.*:1\): its addressOffset is 'BASE \+ 4'; it must be a number .*; it is left out$/m,
      /^M\.REGS\.B .* 0x2 is no multiple of 4/m,
      /^M\.REGS\.C\.X .* bits 32 to 31 are not in a register of 32 bits/m,
      /^M\.REGS\.D .* it has 128 bits/m,
    ])
      assert.match(oddities(text), message)
  })

  test('what a component does not have in this configuration is left out', () => {
    const absent = (text: string) => `<isPresent>${text}</isPresent>`
    const text = component(
      'ipxact',
      block(
        'REGS',
        register('A', '0', absent('0')) +
          register('B', '4', absent('IS')) +
          register('C', '8', `${absent('IS + 1')}${field('X', 0, 1, absent("1'b0"))}${field('Y', 1, 1)}`) +
          `<registerFile><name>F</name>${absent('false')}<addressOffset>0x40</addressOffset><range>8</range>${register('D', '0')}</registerFile>`,
      ) + block('GONE', absent('0')),
      '<parameters><parameter parameterId="IS"><name>i</name><value>1</value></parameter></parameters>',
    )
    assert.deepEqual(registersOf(text), ['REGS.B 1004 4 read-write', 'REGS.C 1008 4 read-write'])
    assert.match(moduleOf(text), /C: reg32\(0x08, \{\n {4}Y: bit\(1\),\n {2}\}\)/)
    assert.match(oddities(text), /^M\.REGS\.C .* its isPresent is 'IS \+ 1', .* it is taken for 1$/)
  })

  test('of several resets that of power-on counts; one that is none costs nothing else', () => {
    const reset = (value: string, of = '') => `<reset${of}><value>${value}</value></reset>`
    const text = component(
      'ipxact',
      block(
        'REGS',
        register(
          'A',
          '0',
          `${field('X', 4, 4, `<resets>${reset('1', ' resetTypeRef="SOFT"')}${reset("'h1f")}</resets>`)}${field('Y', 0, 1, `<resets>${reset('?')}</resets>`)}${field('Z', 1e12, 1, `<resets>${reset('1')}</resets>`)}`,
        ) + register('B', '4', reset('VALUE * 2')),
      ).replace('4K', '2**12'),
    )
    assert.deepEqual(registersOf(text), ['REGS.A 1000 4 read-write', 'REGS.B 1004 4 read-write'])
    assert.match(moduleOf(text), /X: bits\(7, 4\),\n {4}Y: bit\(0\),\n {2}\}\)\.reset\(0xf0\)/)
    for (const message of [
      /^M\.REGS <addressBlock> .* its range is '2\*\*12', which is no number; it is not heeded$/m,
      /^M\.REGS\.A\.Y <reset> .* its value is '\?', .* not heeded$/m,
      /^M\.REGS\.A\.Z <field> .* not in a register of 32 bits/m,
      /^M\.REGS\.B <reset> .* its value is 'VALUE \* 2', .* not heeded$/m,
    ])
      assert.match(oddities(text), message)
  })

  test('register files in register files, more than there can be', () => {
    const deep = 6
    const start =
      '<registerFile><name>F</name><dim>1000</dim><addressOffset>0</addressOffset><range>8</range>'
    const inside = `${start.repeat(deep)}${register('R', '0')}${'</registerFile>'.repeat(deep)}${register('S', '0')}`
    const [p] = read(component('ipxact', block('REGS', inside))).peripherals
    assert.deepEqual(
      p?.items().map(({ name }) => name),
      ['F', 'S'],
    )
    assert.equal(countOf(p?.items() ?? []), 1)
  })

  test('names of values: the first of each counts', () => {
    const names = `<enumeratedValues>${value('A', '0')}${value('B', '0')}${value('A', '1')}${value('C', '2', ' usage="Write"')}</enumeratedValues>`
    const text = component('ipxact', block('REGS', register('R', '0', field('F', 0, 2, names))))
    assert.match(moduleOf(text), /F: enumeration\(1, 0, \{ A: \[0, 1\] \}, \{ A: \[0, 1\], C: 2 \}\)/)
    assert.match(oddities(text), /F\.B .*its value 0 has the name A; that value is left out$/m)
    assert.match(oddities(text), /F\.C .*its usage is 'Write'; .* it is taken for write$/m)
  })

  test('blocks of one name, and maps that are not read, are told where they are', () => {
    const blocks = `${block('REGS', register('A', '0'))}\n${block('REGS', register('B', '0'))}\n<memoryRemap><name>R</name></memoryRemap>`
    const text = component('ipxact', blocks)
    assert.deepEqual(registersOf(text), ['REGS.A 1000 4 read-write', 'REGS_2.B 1000 4 read-write'])
    assert.match(
      oddities(text),
      /^M\.REGS <addressBlock> \(.*:2\): there is another of the name REGS; it is called REGS_2$/m,
    )
    assert.match(oddities(text), /^M\.R <memoryRemap> \(.*:3\): .*; it is left out$/m)
  })

  test('what has no registers is refused', () => {
    assert.throws(
      () => read('<ipxact:component><ipxact:name>X</ipxact:name></ipxact:component>'),
      /X <component> .* no memory map with a block of registers/,
    )
  })
})
