// One oddity of vendors' files each, as small as it can be (reduced/), and the module that comes of it.
import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { emitModule } from '../../src/cli/register-files/emit/emit-module.js'
import { readRegisterFile } from '../../src/cli/register-files/read-file.js'
import { ROOT } from '../support/root.js'

const FOLDER = join(ROOT, 'test/register-files/reduced')

/** What comes of each file, in one line, without the comments that are all alike; and what is told of it. */
const FILES: Readonly<Record<string, readonly [module: string, told?: RegExp]>> = {
  access_odd: [
    'P = registers({ A: reg32(0x00), B: reg32(0x04).ro })',
    /P\.B .*'Read-Only'; .* taken for read-only/,
  ],
  bitrange: ['P = registers({ A: reg32(0x00, { F: bits(7, 4), G: bits(9, 8) }) })'],
  bom_iso: ['P = registers({ /** µs */ CR: reg32(0x00, { EN: bit(0) }) })'],
  cp1252_declared: ['P = registers({ /** – © */ CR: reg32(0x00, { EN: bit(0) }) })'],
  dim_arr_collision: [
    'P = registers({ R: reg32(0x00).array(2, 0x04), R_2: reg32(0x20) })',
    /another of the name R; it is called R_2/,
  ],
  dim_periph_derived: [
    'UART0 = registers({ A: reg32(0x00, { F: bit(0) }) }) UART1 = UART0 UART2 = UART0 UART9 = UART0',
  ],
  dimindex_array_names: ['P = registers({ RA: reg32(0x00), RB: reg32(0x04), RC: reg32(0x08) })'],
  dimindex_lower: [
    'P = registers({ Ra: reg32(0x00), Rb: reg32(0x04), Rc: reg32(0x08), Rd: reg32(0x0c), Re: reg32(0x10), Rf: reg32(0x14) })',
  ],
  dup_reserved_fields: ['P = registers({ CR: reg32(0x00, { EN: bit(1) }) })'],
  enum_default: ["P = registers({ CR: reg32(0x00, { A: enumeration(2, 0, { X: 2, REST: 'others' }) }) })"],
  enum_noname: [
    'P = registers({ CR: reg32(0x00, { A: bits(1, 0) }) })',
    /it has no name, for 2; it is left out/,
  ],
  enum_too_big: [
    'P = registers({ CR: reg32(0x00, { A: bit(0) }), B: reg32(0x04) })',
    /P\.CR\.A\.X .* value 2 does not fit the field's 1 bits; it is left out/,
  ],
  f_altcluster: [
    'P = registers({ C: block( 0x00, registers({ A: reg32(0x00) }) ), /** It lies where C does. */ C_2: block( 0x00, registers({ B: reg32(0x00) }) ).overlaps })',
  ],
  f_altgroup_array: ['P = registers({ TIME: reg32(0x10).array(2, 0x04), TIME_WR: reg32(0x10).overlaps })'],
  f_derive_cluster_elem: [
    'P = registers({ C: block( 0x00, registers({ A: reg32(0x00, { F: bit(0) }) }) ).array(2, 0x10), Z: reg32(0x40, { F: bit(0) }), Y: reg32(0x44, { F: bit(0) }), X: reg32(0x48, { F: bit(0) }) })',
  ],
  f_derive_dim_own: [
    'P = registers({ RA: reg32(0x00, { F: bit(0) }), RB: reg32(0x04, { F: bit(0) }), ZA: reg32(0x20, { F: bit(0) }), ZB: reg32(0x24, { F: bit(0) }), W0: reg32(0x40, { F: bit(0) }), W1: reg32(0x48, { F: bit(0) }), W2: reg32(0x50, { F: bit(0) }) })',
  ],
  f_periph_size_derived: [
    'P = registers({ A: reg16(0x00, { F: bit(0) }).ro.reset(0x07) }) Q = registers({ B: reg16(0x04, { F: bit(0) }).ro.reset(0x07) })',
  ],
  field_outside: [
    'P = registers({ CR: reg16(0x00), B: reg32(0x04) })',
    /P\.CR\.A .*bits 16 to 16 are not in a register of 16 bits; it is left out/,
  ],
  g_array_stride_unaligned: [
    'P = registers({})',
    /P\.R\[%s\] .*dimIncrement is 6; that is no multiple of 4, .*; it is left out/,
  ],
  g_field_derive_other_reg: [
    'P = registers({ A: reg32(0x00, { F: bits(3, 0) }), B: reg32(0x04, { G: bits(9, 8) }) })',
  ],
  overlap_fields: [
    'P = registers({ CR: reg32(0x00, { ALL: bits(7, 0), LOW: bits(3, 0).overlaps }), SR: reg32(0x04) })',
    /P\.CR\.LOW .*it has bits of ALL, too; both are kept/,
  ],
  unaligned: ['P = registers({})', /P\.CR .*addressOffset 0x2 is no multiple of 4, .*; it is left out/],
  union_altgroup_first: [
    'P = registers({ A_G1: reg32(0x00), A_G2: reg32(0x00).overlaps, A: reg32(0x00).overlaps })',
  ],
}

const compact = (module: string): string =>
  module
    .replace(/\/\*\* (r|Size of .*|Bus address of .*) \*\/\n/g, '')
    .split('\n')
    .filter(line => !/^\s*(\/\/|import|export const \w+_(BASE|SIZE))/.test(line))
    .join('\n')
    .replace(/\s+/g, ' ')
    .replace(/, ([})])/g, ' $1')
    .replaceAll('export const ', '')
    .trim()

test('each file of the folder is tried', () => {
  const files = readdirSync(FOLDER).map(name => name.replace(/\.svd$/, ''))
  assert.deepEqual(files.sort(), Object.keys(FILES).sort())
})

for (const [name, [module, told]] of Object.entries(FILES)) {
  test(`reduced/${name}.svd`, () => {
    const path = join(FOLDER, `${name}.svd`)
    const device = readRegisterFile(path)
    assert.equal(compact(emitModule(device, device.peripherals, { command: 'test', path })), module)
    if (told) assert.match(device.oddities.messages.join('\n'), told)
    else assert.deepEqual(device.oddities.messages, [])
  })
}
