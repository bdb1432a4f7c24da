// A small file can ask for more than a machine has. Each of these is a Failure soon, or costs what is in the file.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Failure } from '../../src/cli/failure.js'
import { locate } from '../../src/cli/named/located.js'
import { emitModule } from '../../src/cli/register-files/emit/emit-module.js'
import type { Register } from '../../src/cli/register-files/model.js'
import { readRegisterFile } from '../../src/cli/register-files/read-file.js'
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
const readItems = (path: string) => readRegisterFile(path).peripherals.map(({ items }) => items())
const emitAll = (path: string) => {
  const device = readRegisterFile(path)
  return emitModule(device, device.peripherals, { command: 'test', path: 'chip.svd' })
}

const MANY = '<dim>65536</dim><dimIncrement>4</dimIncrement>'
const numbers = (count: number) => Array.from({ length: count }, (_, i) => i)

test('millions of elements', () => {
  refused(`<device>${'<a/>'.repeat(2_000_000)}</device>`, readRegisterFile, /more than 1500000 elements/)
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
  refused(
    text,
    emitAll,
    /^D: its module has more than 33554432 characters; .*--peripheral NAME, or a file for each/,
  )
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
  const inside = `${'<cluster><name>A</name><addressOffset>0</addressOffset>'.repeat(deep)}${register('Z', 0)}${'</cluster>'.repeat(deep)}`
  for (const from of [`${'A.'.repeat(names)}B`, `B.${'A.'.repeat(names)}Z`])
    soon(() => {
      const device = readRegisterFile(svdFile(deviceOf(peripheral('P', register('X', 0, '', from), inside))))
      for (const each of device.peripherals) each.items()
      assert.match(device.oddities.messages[0] ?? '', /P\.X .* there is no such <register>; it is left out/)
    })
})

test('names that all make one constant', () => {
  const names = numbers(4000).map(i =>
    [...String(i + 1000)].map(digit => '+-*/=()#~!'[Number(digit)]).join(''),
  )
  const text = deviceOf(...names.map(name => sameAs('P', name)), peripheral('P', register('R', 0)))
  soon(() => assert.equal(emitAll(svdFile(text)).split('export const ').length, 2 * 4001 + 1))
})

test('more registers at a place than can be listed', async () => {
  const text = deviceOf(
    peripheral('P', register('R%s', 0, MANY)),
    ...numbers(200).map(i => sameAs('P', `P${i}`)),
  )
  const aperture = { name: 'physical:0+4G', base: 0, size: 2 ** 32, memoryTypes: [] } as never
  await assert.rejects(locate(aperture, { svd: svdFile(text) }), error => {
    assert.ok(error instanceof Failure)
    return /registers of 201 peripherals .*--peripheral NAME/.test(error.message)
  })
})
