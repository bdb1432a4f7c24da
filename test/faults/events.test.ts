import assert from 'node:assert/strict'
import { EventEmitter } from 'node:events'
import { readdirSync } from 'node:fs'
import { describe, test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import type { IoMapping, IoMappingError } from 'io-mapping'
import { runModule } from '../support/child.js'
import { checkError, throwsCode } from '../support/errors.js'
import { Losable } from '../support/lost.js'
import { nextFault } from '../support/next-fault.js'
import { lastMessageOf } from '../support/worker.js'

const descriptors = () => readdirSync('/proc/self/fd').length

describe('the fault event', () => {
  test('comes when an access has thrown: once, after it', async () => {
    using losable = new Losable()
    const { mapping } = losable
    const page = mapping.map(0)
    const errors: IoMappingError[] = []
    mapping.on('fault', error => errors.push(error))
    losable.truncate()
    throwsCode('ERR_IO_FAULT', 'read8: ', () => page.read8(0))
    throwsCode('ERR_IO_FAULT', 'read8: ', () => page.read8(0))
    assert.equal(errors.length, 0)
    await setImmediate()
    assert.equal(errors.length, 1)
    checkError(errors[0], 'ERR_IO_FAULT', 'fault: ')
  })

  test('does not come when the mapping was freed before it', async () => {
    using losable = new Losable()
    const { mapping } = losable
    mapping.on('fault', () => assert.fail('it is known, and the next mapping may be made'))
    losable.truncate()
    throwsCode('ERR_IO_FAULT', 'read8: ', () => mapping.map(0).read8(0))
    mapping.free()
    await setImmediate()
  })

  test('comes to a program that waits, when a view has found it', async () => {
    using losable = new Losable()
    const { mapping } = losable
    const { u32 } = mapping.map(0)
    const event = nextFault(mapping)
    losable.truncate()
    assert.equal(u32[5], 0xffffffff)
    const [error] = await event
    checkError(error, 'ERR_IO_FAULT', 'fault: ')
  })

  test('comes when it was lost before anyone listened, and no access has told', async () => {
    using losable = new Losable()
    const { u32 } = losable.mapping.map(0)
    losable.truncate()
    assert.equal(u32[5], 0xffffffff)
    const [error] = await nextFault(losable.mapping)
    checkError(error, 'ERR_IO_FAULT', 'fault: ')
  })

  test('is only for the mapping that was lost', async () => {
    using losable = new Losable()
    using whole = new Losable()
    whole.mapping.on('fault', () => assert.fail('it is there'))
    const event = nextFault(losable.mapping)
    losable.truncate()
    losable.mapping.map(0).u8.indexOf(0)
    await event
  })

  test('its pipe is closed with the last listener, and by free', async () => {
    const before = descriptors()
    const first = new Losable()
    const second = new Losable()
    const opened = descriptors()
    const listener = () => {}
    first.mapping.on('fault', listener)
    second.mapping.on('fault', listener)
    assert.equal(descriptors(), opened + 2, 'one pipe for both')
    first.mapping.off('fault', listener)
    assert.equal(descriptors(), opened + 2)
    second[Symbol.dispose]()
    first[Symbol.dispose]()
    first.mapping.on('fault', listener)
    await setImmediate()
    assert.equal(descriptors(), before)
  })

  test('whatever has its other end open, a child of fork, is not waited for when listening ends', async () => {
    const { stdout, signal, stderr } = await runModule(
      `import { openSync, readdirSync } from 'node:fs'
      import { IoMapping } from 'io-mapping'
      const descriptors = () => new Set(readdirSync('/proc/self/fd'))
      const mapping = IoMapping.create('memory:64K')
      const before = descriptors()
      mapping.on('fault', () => {})
      for (const fd of descriptors()) {
        try {
          if (!before.has(fd)) openSync('/proc/self/fd/' + fd, 'a') // of either end of a pipe, the one that is written
        } catch {} // the one that lists the folder
      }
      mapping.removeAllListeners('fault')
      console.log('ended')
      process.exit()`,
      { timeout: 20_000 },
    )
    assert.deepEqual({ stdout, signal }, { stdout: 'ended\n', signal: null }, stderr)
  })

  test('off that is cut short behind the removal is completed by the next one, which has nothing to remove', async () => {
    using losable = new Losable()
    const before = descriptors()
    const listener = () => {}
    const { mapping } = losable
    mapping.on('fault', listener)
    await setImmediate()
    const cut = () => {
      throw new RangeError('the stack has ended')
    }
    mapping.listenerCount = cut
    assert.throws(() => mapping.off('fault', listener), RangeError)
    Reflect.deleteProperty(mapping, 'listenerCount')
    assert.equal(mapping.listenerCount('fault'), 0, 'it was removed')
    mapping.off('fault', listener)
    assert.equal(descriptors(), before)
  })

  const others: [string, (mapping: IoMapping) => void][] = [
    ['once', mapping => (mapping as EventEmitter).once('newListener', () => {})],
    [
      'that lets one listen alone',
      mapping =>
        (mapping as EventEmitter).on('newListener', name => {
          if (name === 'fault') mapping.removeAllListeners('fault')
        }),
    ],
  ]
  for (const [name, add] of others) {
    test(`who listens for newListener, ${name}, does not silence it`, async () => {
      using losable = new Losable()
      const { mapping } = losable
      add(mapping)
      const event = nextFault(mapping)
      await setImmediate()
      const { u32 } = mapping.map(0)
      losable.truncate()
      assert.equal(u32[5], 0xffffffff)
      await event
    })
  }

  const removals: [string, (mapping: IoMapping, listener: () => void) => void][] = [
    [
      'EventEmitter’s own off',
      (mapping, listener) => EventEmitter.prototype.off.call(mapping, 'fault', listener),
    ],
    [
      'EventEmitter’s own removeAllListeners',
      mapping => EventEmitter.prototype.removeAllListeners.call(mapping, 'fault'),
    ],
    ['a proxy', (mapping, listener) => void new Proxy(mapping, {}).off('fault', listener)],
    [
      'an object that inherits from it',
      (mapping, listener) => void Object.create(mapping).off('fault', listener),
    ],
    [
      'off, though what tells of listeners that go was removed',
      (mapping, listener) => {
        ;(mapping as EventEmitter).removeAllListeners('removeListener')
        mapping.off('fault', listener)
      },
    ],
    [
      'off, though who is told of it throws',
      (mapping, listener) => {
        ;(mapping as EventEmitter).once('removeListener', () => {
          throw new Error('the program’s')
        })
        assert.throws(() => mapping.off('fault', listener), /the program’s/)
      },
    ],
  ]
  for (const [name, remove] of removals) {
    test(`nobody listens any more, by ${name}: nothing is held`, async () => {
      using losable = new Losable()
      const before = descriptors()
      const listener = () => {}
      losable.mapping.on('fault', listener)
      await setImmediate()
      assert.ok(descriptors() > before)
      remove(losable.mapping, listener)
      assert.equal(descriptors(), before)
    })
  }

  test('removeAllListeners leaves what the mapping knows of listeners by, once', () => {
    using losable = new Losable()
    const emitter: EventEmitter = losable.mapping
    const counts = () => ['newListener', 'removeListener'].map(event => emitter.listenerCount(event))
    const before = counts()
    emitter.removeAllListeners('fault')
    assert.deepEqual(counts(), before)
    emitter.removeAllListeners()
    assert.deepEqual(counts(), before)
  })

  test('a listener that is refused by who is told of it is not waited for', async () => {
    using losable = new Losable()
    const before = descriptors()
    ;(losable.mapping as EventEmitter).once('newListener', () => {
      throw new Error('the program’s')
    })
    assert.throws(() => losable.mapping.on('fault', () => {}), /the program’s/)
    await setImmediate()
    assert.equal(descriptors(), before)
  })

  test('a listener keeps no program running', async () => {
    const { code, stderr } = await runModule(`
      import { IoMapping } from 'io-mapping'
      IoMapping.create('memory:64K').on('fault', () => {})`)
    assert.deepEqual({ code, stderr }, { code: 0, stderr: '' })
  })

  test('removeAllListeners leaves it to those that listen later', async () => {
    using losable = new Losable()
    const { mapping } = losable
    const { u32 } = mapping.map(0)
    for (const remove of [() => mapping.removeAllListeners(), () => mapping.removeAllListeners('fault')]) {
      mapping.on('fault', () => assert.fail('was removed'))
      assert.equal(remove(), mapping)
    }
    const event = nextFault(mapping)
    losable.truncate()
    assert.equal(u32[5], 0xffffffff)
    await event
  })

  test('in a Worker, too', async () => {
    using losable = new Losable()
    const worker = new Worker(
      `const { workerData, parentPort } = require('node:worker_threads')
      const { truncateSync } = require('node:fs')
      import('io-mapping').then(({ IoMapping, file }) => {
        const mapping = IoMapping.create(file(workerData))
        const page = mapping.map(0)
        const running = setInterval(() => {}, 1000)
        mapping.once('fault', event => {
          clearInterval(running)
          try { page.read8(0) } catch (error) { parentPort.postMessage([event.code, error.code]) }
          mapping.free()
        })
        truncateSync(workerData, 0)
        page.u8.indexOf(0)
      })`,
      { eval: true, workerData: losable.path },
    )
    assert.deepEqual(await lastMessageOf(worker), ['ERR_IO_FAULT', 'ERR_IO_FAULT'])
    throwsCode('ERR_IO_FAULT', 'read8: ', () => losable.mapping.map(0).read8(0))
  })
})
