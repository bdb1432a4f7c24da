// A small file can ask for more than a machine has. Each of these is a Failure soon, or costs what is in the file.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Failure } from '../../src/cli/failure.js'
import { emitModule } from '../../src/cli/svd/emit.js'
import { locate } from '../../src/cli/svd/located.js'
import type { Register } from '../../src/cli/svd/model.js'
import { readDevice } from '../../src/cli/svd/read-device.js'
import { deviceOf, fields, peripheral, register, sameAs } from './chip.js'
import { svdFile } from './files.js'
import { soon } from './soon.js'

const refused = (text: string, read: (path: string) => unknown, message: RegExp): void =>
  soon(() =>
    assert.throws(
      () => read(svdFile(text)),
      error => {
        assert.ok(error instanceof Failure, String(error))
        assert.match(error.message, message)
        assert.ok(error.message.length < 400)
        return true
      },
    ),
  )
const readItems = (path: string) => readDevice(path).peripherals.map(({ items }) => items())
const emitAll = (path: string) => {
  const device = readDevice(path)
  return emitModule(device, device.peripherals, 'test')
}

const MANY = '<dim>65536</dim><dimIncrement>4</dimIncrement>'
const numbers = (count: number) => Array.from({ length: count }, (_, i) => i)

test('millions of elements', () => {
  refused(
    `<device>${'<a/>'.repeat(2_000_000)}</device>`,
    readDevice,
    /has 2000002 tags; .* more than 1500000/,
  )
})

test('registers without end: lists in each of many peripherals', () => {
  const text = deviceOf(...numbers(100).map(i => peripheral(`P${i}`, register('R%s', 0, MANY))))
  refused(text, readItems, /makes more than a chip's description could/)
})

test('peripherals that are derived from one share its registers', () => {
  const text = deviceOf(
    peripheral('P', register('R%s', 0, MANY)),
    ...numbers(1000).map(i => sameAs('P', `P${i}`)),
  )
  soon(() => {
    const [first, ...others] = readItems(svdFile(text))
    assert.ok(others.every(each => each === first))
  })
})

test('registers that are derived from one share its fields', () => {
  const names = fields(...numbers(32).map(i => `F${i}`))
  const text = deviceOf(
    peripheral(
      'P',
      register('R', 0, names),
      ...numbers(50_000).map(i => register(`R${i}`, 4 * i + 4, '', 'R')),
    ),
  )
  soon(() => {
    const [first, ...others] = (readItems(svdFile(text))[0] ?? []) as Register[]
    assert.equal(first?.fields.length, 32)
    assert.ok(others.length === 50_000 && others.every(each => each.fields === first?.fields))
  })
})

test('a module without end: a long description for each of a list', () => {
  const text = deviceOf(
    peripheral('P', register('R%s', 0, `${MANY}<description>${'word '.repeat(20_000)}</description>`)),
  )
  refused(text, emitAll, /^D: with R\d+ its module has more than 33554432 characters; .*--peripheral NAME$/)
})

test('registers that all lie in one place, or between one another', () => {
  const text = deviceOf(
    peripheral('ONE', ...numbers(30_000).map(i => register(`R${i}`, 0))),
    peripheral(
      'BETWEEN',
      register('W[%s]', 4, '<dim>65536</dim><dimIncrement>8</dimIncrement>'),
      ...numbers(20_000).map(i => register(`R${i}`, 8 * i)),
    ),
  )
  soon(() => {
    const emitted = emitAll(svdFile(text))
    assert.equal(emitted.split('.overlaps').length, 30_000)
  })
})

test('a path that could lead through elements of one name in many ways', () => {
  const [deep, names] = [28, 14]
  const inside = `${'<cluster><name>A</name>'.repeat(deep)}${register('Z', 0)}${'</cluster>'.repeat(deep)}`
  refused(
    deviceOf(peripheral('P', register('X', 0, '', `${'A.'.repeat(names)}B`), inside)),
    readItems,
    /there is no such <register>/,
  )
  refused(
    deviceOf(peripheral('P', register('X', 0, '', `B.${'A.'.repeat(names)}Z`), inside)),
    readItems,
    /there is no such <register>/,
  )
})

test('names that all make one constant', () => {
  const names = numbers(4000).map(i =>
    [...String(i + 1000)].map(digit => '+-*/=()#~!'[Number(digit)]).join(''),
  )
  const text = deviceOf(...names.map(name => sameAs('P', name)), peripheral('P', register('R', 0)))
  soon(() => assert.equal(emitAll(svdFile(text)).split('export const ').length, 2 * 4001 + 1))
})

test('more registers at a place than can be listed', () => {
  const text = deviceOf(
    peripheral('P', register('R%s', 0, MANY)),
    ...numbers(200).map(i => sameAs('P', `P${i}`)),
  )
  const aperture = { name: 'physical:0+4G', base: 0, size: 2 ** 32, memoryTypes: [] } as never
  refused(text, path => locate(aperture, { svd: path }), /registers of 201 peripherals .*--peripheral NAME/)
})
