// Files that no one wrote: small random ones, right and odd. Whatever is in them, each is read or refused in words; the module that is written
// of it compiles and says what the file read directly does; and what is kept of a field is its bits.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { listRegisters } from 'io-mapping/registers'
import { Failure } from '../../src/cli/failure.js'
import { definePeripheral } from '../../src/cli/register-files/emit/define.js'
import { constantNames, emitModule } from '../../src/cli/register-files/emit/emit-module.js'
import type { Device, Item, Peripheral, Register } from '../../src/cli/register-files/model.js'
import { readRegisterFile } from '../../src/cli/register-files/read-file.js'
import { svdFile } from './files.js'
import { compiled, meaning, noTools } from './modules.js'
import { svd } from './random-svd.js'

/** Of clusters that are derived from what they lie in, and stand for several. */
const ENDLESS = /more than 100000 registers|makes more than a chip's description could/

/** Undefined: it is refused, in words of one line. */
const inWords = <T>(work: () => T): T | undefined => {
  try {
    return work()
  } catch (error) {
    assert.ok(error instanceof Failure, `${error instanceof Error ? error.stack : error}`)
    assert.match(error.message, /^[^\n]{1,600}$/)
    return undefined
  }
}

const ones = (bits: number): bigint => 2n ** BigInt(bits) - 1n

/** All registers of `all`, one of each array, in the order in which a block has them. */
const registersIn = (all: readonly Item[]): Register[] =>
  Object.values(Object.fromEntries(all.map(item => [item.name, item]))).flatMap(item =>
    item.kind === 'register' ? [item] : registersIn(item.items),
  )

/** Each field that was kept is in the block, and decodes its bits, of any value. */
const checkFields = (device: Device, peripheral: Peripheral): void => {
  const all = listRegisters(definePeripheral(device, peripheral))
  const first = all.filter(({ path }) => !/\[[1-9]\d*\](\.|$)/.test(path))
  const said = registersIn(peripheral.items())
  const placesOf = (fields: readonly { high: number; low: number }[]) =>
    fields.map(({ high, low }) => `${high}:${low}`).sort()
  assert.deepEqual(
    first.map(({ width, fields }) => [width * 8, placesOf(fields)]).sort(),
    said.map(({ bits, fields }) => [bits, placesOf(fields)]).sort(),
  )
  for (const info of all) {
    const values = [0n, ones(8 * info.width), 0x0123_4567_89ab_cdefn & ones(8 * info.width)]
    for (const { name: called, high, low, kind, values: names } of info.fields) {
      assert.ok(low >= 0 && high >= low && high < 8 * info.width, `${called} ${high}:${low}`)
      for (const raw of values) {
        const decoded = info.decode((info.width === 8 ? raw : Number(raw)) as never) as Record<
          string,
          unknown
        >
        assert.ok(Object.hasOwn(decoded, called), `${info.path} has no ${called}`)
        const bits = (raw >> BigInt(low)) & ones(high - low + 1)
        const value = decoded[called]
        if (typeof value === 'string') {
          const said = names[value]
          assert.ok(
            said === 'others' || [said].flat().includes(Number(bits)),
            `${called} is ${value} of ${bits}`,
          )
        } else assert.equal(BigInt(value as bigint), bits, `${info.path}.${called} ${kind}`)
      }
    }
  }
}

const read = (content: string): { device: Device; usable: Peripheral[] } | undefined =>
  inWords(() => {
    const device = readRegisterFile(svdFile(content))
    const usable = device.peripherals.filter(each => inWords(() => definePeripheral(device, each)))
    return { device, usable }
  })

describe('files that no one wrote', () => {
  test('are read, or refused in words; what is wrong costs its element, not its peripheral', () => {
    fc.assert(
      fc.property(svd, content => {
        const all = read(content)
        if (!all) return
        const { device, usable } = all
        for (const each of usable) checkFields(device, each)
        const lost = device.peripherals.filter(each => !usable.includes(each))
        for (const { items } of lost) assert.throws(items, ENDLESS)
        for (const message of device.oddities.messages) assert.match(message, /\(.*:\d+\)?: .*; [^;]+$/)
      }),
      { numRuns: Number(process.env.RUNS ?? 300) },
    )
  })

  test('are the same as their modules', { skip: noTools }, async () => {
    const files = fc
      .sample(svd, { numRuns: Number(process.env.RUNS ?? 300) / 2, seed: Number(process.env.SEED ?? 1) })
      .flatMap(content => read(content) ?? [])
      .filter(({ usable }) => usable.length > 0)
    const modules = await compiled(
      Object.fromEntries(
        files.map(({ device, usable }, i) => [
          `m${i}`,
          emitModule(device, usable, { command: 'iomap svd', path: 'chip.svd' }),
        ]),
      ),
    )
    for (const [i, { device, usable }] of files.entries()) {
      const names = constantNames(usable)
      for (const each of usable) {
        const exported = modules[`m${i}`]?.[names.get(each.name) as string]
        assert.deepEqual(meaning(exported as never), meaning(definePeripheral(device, each)))
      }
    }
  })
})
