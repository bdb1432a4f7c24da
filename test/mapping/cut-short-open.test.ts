// What opens something, cut short at the stack's end: nothing that was opened is left without an owner.
import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { setImmediate, setTimeout } from 'node:timers/promises'
import { file, IoMapping, type IoMappingError, memory, PAGE_SIZE } from 'io-mapping'
import { Descriptor } from '#io-mapping/system/descriptor.js'
import { collect } from '../support/collect.js'
import { TempFolder } from '../support/files.js'
import { Losable } from '../support/lost.js'
import { processStat } from '../support/process-stat.js'
import { resources } from '../support/resources.js'
import { pattern } from '../support/rig.js'
import { onTheWayBack } from '../support/stack-end.js'

const ROUNDS = 20

/** How many descriptors there are when those that nobody has any more are closed. */
const descriptors = async (): Promise<number> => {
  for (let turn = 0; turn < 3; turn++) {
    collect()
    await setImmediate()
  }
  Descriptor.open('/dev/null', 0).close()
  return processStat().descriptors
}

describe('cut short, a call leaves no descriptor behind', () => {
  const folder = new TempFolder()
  after(() => folder[Symbol.dispose]())
  const path = folder.write('image', pattern(PAGE_SIZE))
  const shared = IoMapping.create(memory(PAGE_SIZE))
  const calls: [string, () => void][] = [
    ['memory', () => memory(PAGE_SIZE)],
    ['file', () => file(path)],
    ['create', () => IoMapping.create(memory(PAGE_SIZE)).free()],
    ['attach', () => IoMapping.attach(shared.share()).free()],
    ['Descriptor.open', () => Descriptor.open(path, 0).close()],
  ]
  for (const [name, call] of calls) {
    test(name, async () => {
      call()
      const before = await descriptors()
      let cut = 0
      for (let round = 0; round < ROUNDS; round++) cut += onTheWayBack(call)
      assert.ok(cut > 0, 'some were cut short')
      assert.equal(await descriptors(), before)
    })
  }
})

test('on and off, cut short: the event comes all the same, and nothing is left when it is over', async () => {
  const before = resources().descriptors
  let cut = 0
  for (let round = 0; round < ROUNDS; round++) {
    using losable = new Losable()
    const { mapping } = losable
    const told: string[] = []
    const listener = ({ code }: IoMappingError) => told.push(code)
    cut += onTheWayBack(() => {
      mapping.off('fault', listener)
      mapping.on('fault', listener)
    })
    const { u32 } = mapping.map(0)
    losable.truncate()
    assert.equal(u32[0], 0xffffffff)
    for (let turn = 0; turn < 1000 && told.length === 0; turn++) await setTimeout(5)
    assert.deepEqual(told, ['ERR_IO_FAULT'])
  }
  assert.ok(cut > 0, 'some were cut short')
  assert.deepEqual(resources().descriptors, before)
})
