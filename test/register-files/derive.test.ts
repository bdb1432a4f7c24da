// derivedFrom: which element is meant, and what is taken over from it.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { listRegisters } from 'io-mapping/registers'
import { definePeripheral } from '../../src/cli/register-files/emit/define.js'
import { readRegisterFile } from '../../src/cli/register-files/read-file.js'
import { deviceOf, peripheral, register } from './chip.js'
import { svdFile } from './files.js'

/** The registers of the peripheral P: path, offset, bytes. */
const registersOf = (...peripherals: string[]): string[] => {
  const device = readRegisterFile(svdFile(deviceOf(...peripherals)))
  const found = device.peripherals.find(each => each.name === 'P') ?? assert.fail()
  return listRegisters(definePeripheral(device, found)).map(each =>
    [each.path, each.offset, each.width].join(' '),
  )
}
const size = (bits: number) => `<size>${bits}</size>`
const cluster = (name: string, offset: number, inside: string) =>
  `<cluster><name>${name}</name><addressOffset>${offset}</addressOffset>${inside}</cluster>`

test('of several of a name the closest is meant: beside it, before one in a cluster that comes earlier', () => {
  const found = registersOf(
    peripheral('OTHER', register('BASE', 0, size(64))),
    peripheral(
      'P',
      cluster('C', 0, register('BASE', 0, size(8))),
      register('BASE', 4, size(16)),
      register('X', 8, '', 'BASE'),
      cluster('D', 0x10, register('BASE', 0, size(8)) + register('X', 4, '', 'BASE')),
      register('FAR', 0x20, '', 'OTHER.BASE'),
      register('IN', 0x28, '', 'C.BASE'),
    ),
  )
  assert.deepEqual(found, [
    'C.BASE 0 1',
    'BASE 4 2',
    'X 8 2',
    'D.BASE 16 1',
    'D.X 20 1',
    'FAR 32 8',
    'IN 40 1',
  ])
})

test('one that is derived from an array is one, unless its name has a place for an index, too', () => {
  const dim = '<dim>2</dim><dimIncrement>4</dimIncrement>'
  const found = registersOf(
    peripheral(
      'P',
      register('A[%s]', 0, dim),
      register('ONE', 0x10, '', 'A[%s]'),
      register('B%s', 0x20, '', 'A'),
    ),
  )
  assert.deepEqual(found, ['A[0] 0 4', 'A[1] 4 4', 'ONE 16 4', 'B0 32 4', 'B1 36 4'])
})

test('of what an element has of another, by the path that it has there', () => {
  const found = registersOf(
    `<peripheral><name>B</name><baseAddress>0</baseAddress>${size(16)}<registers>${register('A', 0)}${cluster('C', 8, register('X', 0, size(8)) + register('Y', 8))}</registers></peripheral>`,
    `<peripheral derivedFrom="B"><name>B2</name><baseAddress>0</baseAddress>${size(64)}</peripheral>`,
    peripheral(
      'P',
      `<cluster derivedFrom="B2.C"><name>D%s</name><addressOffset>0x40</addressOffset><dim>2</dim><dimIncrement>16</dimIncrement></cluster>`,
      register('ONE', 0, '', 'B2.A'),
      register('TWO', 8, '', 'B2.C.X'),
      register('THREE', 0x10, '', 'D1.X'),
    ),
  )
  assert.deepEqual(found, [
    'D0.X 64 1',
    'D0.Y 72 8',
    'D1.X 80 1',
    'D1.Y 88 8',
    'ONE 0 8',
    'TWO 8 1',
    'THREE 16 1',
  ])
})

test('elements that have what is asked for of one another have an end', () => {
  const from = (base: string, name: string) =>
    `<cluster derivedFrom="${base}"><name>${name}</name><addressOffset>0</addressOffset></cluster>`
  const all = Array.from({ length: 3000 }, (_, i) => from(`C${i + 1}.X`, `C${i}`))
  const found = registersOf(
    peripheral(
      'P',
      from('D.X', 'E'),
      from('E.X', 'D'),
      ...all,
      register('R', 0),
      register('S', 4, '', 'D.X'),
    ),
  )
  assert.deepEqual(found, ['R 0 4'])
})

test('a long line of elements, each derived from the next, is followed once', () => {
  const count = 5000
  const all = Array.from({ length: count }, (_, i) =>
    register(`R${i}`, 8 * i, i === count - 1 ? size(64) : '', i === count - 1 ? undefined : `R${i + 1}`),
  )
  const start = performance.now()
  const found = registersOf(peripheral('P', ...all))
  assert.ok(performance.now() - start < 10_000, 'it takes no time')
  assert.deepEqual([found.length, found[0]], [count, 'R0 0 8'])
})

test('an alternate group has the names of others', () => {
  const found = registersOf(
    peripheral('P', register('R', 0), register('R', 0, '<alternateGroup>SLAVE</alternateGroup>')),
  )
  assert.deepEqual(found, ['R 0 4', 'R_SLAVE 0 4'])
})
