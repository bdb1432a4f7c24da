// Two vendors' own files, where they are: every peripheral converts, compiles, and means what a second, simple reading says.
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { type Block, listRegisters, type Parts, type RegisterInfo } from 'io-mapping/registers'
import { definePeripheral } from '../../src/cli/register-files/emit/define.js'
import { emitModule } from '../../src/cli/register-files/emit/emit-module.js'
import { readRegisterFile } from '../../src/cli/register-files/read-file.js'
import { ROOT } from '../support/root.js'
import { compiled, formatted, meaning, noTools } from './modules.js'

/** They are no part of this repository. */
const FOLDER = process.env.IO_MAPPING_SVD_DIR ?? join(ROOT, '../shared/svd')

const CHIPS = [
  { file: 'RP2040.svd', module: 'rp2040', peripherals: 37, registers: 1015 },
  { file: 'esp32c3.svd', module: 'esp32c3', peripherals: 37, registers: 1150 },
] as const

for (const { file, module, peripherals, registers } of CHIPS) {
  const path = join(FOLDER, file)
  const missing = existsSync(path)
    ? noTools
    : `NOT TESTED: ${file} is not in ${FOLDER} (IO_MAPPING_SVD_DIR names another)`
  if (missing) console.error(`io-mapping: ${missing}`)

  test(`${file}: every peripheral, as TypeScript`, { skip: missing, timeout: 300_000 }, async () => {
    const device = readRegisterFile(path)
    assert.equal(device.peripherals.length, peripherals)
    const text = emitModule(device, device.peripherals, {
      command: `iomap svd ${file} --all`,
      path: 'chip.svd',
    })
    assert.equal(formatted(text), text)
    const { [module]: loaded } = await compiled({ [module]: text })
    for (const peripheral of device.peripherals) {
      const block = loaded?.[peripheral.name] as Block<Parts>
      assert.deepEqual(meaning(block), meaning(definePeripheral(device, peripheral)), peripheral.name)
      assert.equal(loaded?.[`${peripheral.name}_BASE`], peripheral.base)
    }
  })

  test(`${file}: what a second reading says`, { skip: missing }, () => {
    const device = readRegisterFile(path)
    let count = 0
    for (const [name, elements] of secondReading(readFileSync(path, 'utf8'))) {
      const peripheral = device.peripherals.find(each => each.name === name) ?? assert.fail(name)
      const found = listRegisters(definePeripheral(device, peripheral))
      for (const element of elements) {
        count++
        for (const { path: called, offset } of element.places) {
          const register = found.find(each => each.path === called) ?? assert.fail(`${name}.${called}`)
          assert.deepEqual([register.offset, register.width], [offset, 4], `${name}.${called}`)
          for (const field of element.fields) checkField(register, field, `${name}.${called}.${field.name}`)
        }
      }
    }
    assert.equal(count, registers)
  })
}

interface FieldElement {
  readonly name: string
  readonly high: number
  readonly low: number
  readonly access: string
}

/** A field's bits, and no others, make its value. */
const checkField = (
  { decode, access }: RegisterInfo,
  { name, high, low, access: asked }: FieldElement,
  what: string,
): void => {
  if (asked === 'write-only' || access === 'write-only') return
  const of = (raw: number) => (decode(raw) as Record<string, unknown>)[name]
  const mask = (2 ** (high - low + 1) - 1) * 2 ** low
  const value = (shown: unknown) => (typeof shown === 'boolean' ? Number(shown) : shown)
  const [ones, others, lowest] = [of(mask), of(2 ** 32 - 1 - mask), of(2 ** low)]
  assert.deepEqual(of(0), others, what)
  assert.notEqual(ones, others, what)
  assert.notEqual(lowest, others, what)
  if (typeof ones !== 'string') assert.equal(value(ones), mask / 2 ** low, what)
  if (typeof lowest !== 'string') assert.equal(value(lowest), 1, what)
}

/** By regular expressions, which are enough for these two files: each peripheral's own registers. */
const secondReading = function* (xml: string) {
  for (const [, attributes = '', body = ''] of xml.matchAll(
    /<peripheral\b([^>]*)>([\s\S]*?)<\/peripheral>/g,
  )) {
    const name = textOf(body, 'name') ?? ''
    const elements = [...body.matchAll(/<register\b[^>]*>([\s\S]*?)<\/register>/g)].map(
      ([, register = '']) => ({
        places: placesOf(register),
        fields: [...register.matchAll(/<field\b[^>]*>([\s\S]*?)<\/field>/g)].flatMap(([, field = '']) =>
          fieldsOf(field),
        ),
      }),
    )
    if (!attributes.includes('derivedFrom') || elements.length > 0) yield [name, elements] as const
  }
}

const textOf = (body: string, tag: string): string | undefined =>
  new RegExp(`<${tag}>([^<]*)</${tag}>`).exec(body)?.[1]?.trim()

const placesOf = (register: string): { path: string; offset: number }[] => {
  const head = register.split('<fields>')[0] ?? ''
  const [name = '', offset] = [textOf(head, 'name'), Number(textOf(head, 'addressOffset'))]
  const count = Number(textOf(head, 'dim') ?? 1)
  const [first] = (textOf(head, 'dimIndex') ?? '0').split('-').map(Number)
  return Array.from({ length: count }, (_, i) => ({
    path: name.endsWith('[%s]')
      ? name.replace('%s', String(i))
      : name.replace('%s', String((first ?? 0) + i)),
    offset: offset + i * Number(textOf(head, 'dimIncrement') ?? 0),
  }))
}

const fieldsOf = (field: string): FieldElement[] => {
  const [, high, low] = /\[(\d+):(\d+)\]/.exec(textOf(field, 'bitRange') ?? '') ?? []
  const start = Number(low ?? textOf(field, 'bitOffset'))
  const end = high === undefined ? start + Number(textOf(field, 'bitWidth')) - 1 : Number(high)
  const [first] = (textOf(field, 'dimIndex') ?? '0').split('-').map(Number)
  return Array.from({ length: Number(textOf(field, 'dim') ?? 1) }, (_, i) => {
    const shift = i * Number(textOf(field, 'dimIncrement') ?? 0)
    return {
      name: (textOf(field, 'name') ?? '').replace('%s', String((first ?? 0) + i)),
      low: start + shift,
      high: end + shift,
      access: textOf(field, 'access') ?? '',
    }
  })
}
