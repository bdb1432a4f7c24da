import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { constants } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { setImmediate, setTimeout } from 'node:timers/promises'
import { CountedSource, tallyFrom } from '#io-mapping/interrupts/counted.js'
import { Interrupt } from '#io-mapping/interrupts/interrupt.js'
import { Descriptor } from '#io-mapping/system/descriptor.js'
import { rejectsCode, throwsCode } from '../support/errors.js'
import { TempFolder } from '../support/files.js'
import { line } from '../support/line.js'
import { countTo } from '../support/uio.js'

const settled = async (promise: Promise<unknown>): Promise<boolean> =>
  Promise.race([
    promise.then(
      () => true,
      () => true,
    ),
    setTimeout(20, false),
  ])

describe('an interrupt', () => {
  test('that comes while it is waited for is told', async () => {
    const { interrupt, raise } = line()
    const waiting = interrupt.wait()
    assert.equal(await settled(waiting), false)
    raise()
    assert.equal(await waiting, 1)
  })

  test('that came before is told at once, and counts those that came since the last wait', async () => {
    const { interrupt, raise } = line()
    raise()
    raise(4)
    assert.equal(await interrupt.wait(), 5)
    const next = interrupt.wait()
    assert.equal(await settled(next), false)
    raise(2)
    assert.equal(await next, 2)
    assert.equal(interrupt.count, 7)
  })

  test('none is lost, however waits and interrupts mix', async () => {
    const { interrupt, raise } = line()
    let raised = 0
    let told = 0
    for (let i = 0; i < 2000; i++) {
      if (i % 3 !== 0) {
        raise()
        raised++
      }
      if (i % 7 === 0) await setImmediate()
      if (raised > told) told += await interrupt.wait()
      if (i % 11 === 0) {
        const waiting = interrupt.wait()
        await setImmediate()
        raise()
        raised++
        told += await waiting
      }
    }
    assert.equal(told, raised)
    assert.equal(interrupt.count, raised)
  })

  test('is told to all who wait', async () => {
    const { interrupt, raise } = line()
    const all = [interrupt.wait(), interrupt.wait(), interrupt.wait({ timeout: 10_000 })]
    raise(3)
    assert.deepEqual(await Promise.all(all), [3, 3, 3])
    assert.equal(interrupt.count, 3)
  })

  test('is told to who waits, though another took it: a wait, or a look at the count', async () => {
    const { interrupt, raise } = line()
    const first = interrupt.wait()
    raise(2)
    const second = interrupt.wait()
    assert.deepEqual(await Promise.all([first, second]), [2, 2])
    const third = interrupt.wait()
    raise()
    assert.equal(interrupt.count, 3)
    assert.equal(await third, 1)
  })

  test('counts those that nobody waits for', async () => {
    const { interrupt, raise } = line()
    assert.equal(interrupt.count, 0)
    raise(2)
    assert.equal(interrupt.count, 2)
    raise()
    assert.equal(interrupt.count, 3)
    assert.equal(await interrupt.wait(), 3, 'and tells them to the next one who waits')
  })

  test('what comes between two waits, with the event loop watching, stays', async () => {
    const { interrupt, raise } = line()
    raise()
    await interrupt.wait()
    const waiting = interrupt.wait()
    raise()
    await waiting
    raise() // the loop watches still, and sees that nobody waits
    await setTimeout(5)
    raise()
    await setTimeout(5)
    assert.equal(await interrupt.wait(), 2)
  })

  test('iterates', async () => {
    const { interrupt, raise } = line()
    const seen: number[] = []
    raise(2)
    for await (const count of interrupt) {
      seen.push(count)
      if (seen.length === 3) break
      raise(seen.length)
    }
    assert.deepEqual(seen, [2, 1, 2])
    raise()
    assert.equal(await interrupt.wait(), 1, 'leaving the loop does not close it')
  })
})

describe('a wait ends', () => {
  test('when its time is up', async () => {
    const { interrupt, raise } = line()
    const error = await rejectsCode('ERR_IO_TIMEOUT', 'wait: ', interrupt.wait({ timeout: 5 }))
    assert.match(error.message, /the line did not come in 5 ms/)
    await rejectsCode('ERR_IO_TIMEOUT', 'wait: ', interrupt.wait({ timeout: 0 }))
    const other = interrupt.wait({ timeout: 10_000 })
    await rejectsCode('ERR_IO_TIMEOUT', 'wait: ', interrupt.wait({ timeout: 1 }))
    raise()
    assert.equal(await other, 1, 'the others wait on')
  })

  test('by its signal, with that one’s reason', async () => {
    const { interrupt, raise } = line()
    const controller = new AbortController()
    const waiting = interrupt.wait({ signal: controller.signal })
    controller.abort(new Error('enough'))
    await assert.rejects(waiting, /^Error: enough$/)
    await assert.rejects(interrupt.wait({ signal: AbortSignal.abort() }), { name: 'AbortError' })
    raise()
    assert.equal(await interrupt.wait(), 1, 'nothing was taken by those')
  })

  test('when it is closed, which may be done twice', async () => {
    const { interrupt } = line()
    const waiting = Promise.all([
      rejectsCode('ERR_IO_INTERRUPT', 'wait: ', interrupt.wait()),
      rejectsCode('ERR_IO_INTERRUPT', 'wait: ', interrupt.wait({ timeout: 10_000 })),
    ])
    assert.equal(interrupt.closed, false)
    interrupt.close()
    interrupt.close()
    assert.equal(interrupt.closed, true)
    await waiting
    await rejectsCode('ERR_IO_INTERRUPT', 'wait: ', interrupt.wait())
    throwsCode('ERR_IO_INTERRUPT', 'mask: ', () => interrupt.mask())
    throwsCode('ERR_IO_INTERRUPT', 'unmask: ', () => interrupt.unmask())
    assert.equal(interrupt.count, 0)
  })

  test('and with it a loop', async () => {
    const { interrupt, raise } = line()
    const seen: number[] = []
    const loop = (async () => {
      for await (const count of interrupt) seen.push(count)
    })()
    raise()
    while (seen.length === 0) await setImmediate()
    interrupt.close()
    await loop
    assert.deepEqual(seen, [1])
  })

  test('by the signal that ends the interrupt; a loop then throws its reason', async () => {
    const controller = new AbortController()
    const { interrupt } = line(controller.signal)
    const loop = (async () => {
      for await (const _ of interrupt) assert.fail('nothing was to come')
    })()
    await setImmediate()
    controller.abort()
    await assert.rejects(loop, { name: 'AbortError' })
    await assert.rejects(interrupt.wait(), { name: 'AbortError' })
  })

  const wrong: [string, unknown][] = [
    ['timeout', -1],
    ['timeout', Number.NaN],
    ['timeout', '5'],
    ['signal', {}],
    ['tiemout', 5],
  ]
  for (const [name, value] of wrong) {
    test(`at once with wrong options: ${name} ${String(value)}`, async () => {
      const { interrupt } = line()
      await rejectsCode('ERR_IO_ARGUMENT', 'wait', interrupt.wait({ [name]: value } as never))
    })
  }
})

describe('a signal whose methods are the program’s own', () => {
  const odd = (methods: Partial<AbortSignal>): AbortSignal =>
    Object.assign(new AbortController().signal, methods)

  test('and close the interrupt: whoever waits is rejected', async () => {
    const { interrupt } = line()
    const signal = odd({ addEventListener: () => interrupt.close() })
    await rejectsCode('ERR_IO_INTERRUPT', 'wait: the line was closed', interrupt.wait({ signal }))
  })

  test('and abort it: whoever waits is rejected', async () => {
    const controller = new AbortController()
    const signal = Object.assign(controller.signal, { addEventListener: () => controller.abort() })
    const { interrupt } = line()
    await assert.rejects(interrupt.wait({ signal }), { name: 'AbortError' })
  })

  test('and throw as it is listened to: so does the wait, and nothing is left of it', async () => {
    const { interrupt, raise } = line()
    const signal = odd({
      addEventListener: () => {
        throw new Error('mine')
      },
    })
    await assert.rejects(interrupt.wait({ signal, timeout: 1 }), /^Error: mine$/)
    await setTimeout(5) // its time would have been up
    raise()
    assert.equal(await interrupt.wait(), 1)
  })

  test('and throw as it is let go: whoever waits is told, and the interrupt closes', async () => {
    const removeEventListener = () => {
      throw new Error('mine')
    }
    const { interrupt, raise } = line(odd({ removeEventListener }))
    const waiting = interrupt.wait({ signal: odd({ removeEventListener }) })
    raise()
    assert.equal(await waiting, 1)
    const others = [interrupt.wait({ signal: odd({ removeEventListener }) }), interrupt.wait()]
    const rejected = others.map(each => rejectsCode('ERR_IO_INTERRUPT', 'wait: ', each))
    interrupt.close()
    await Promise.all(rejected)
    assert.throws(() => raise(), { code: 'EBADF' })
  })
})

describe('one that is masked when it comes', () => {
  test('is let through by the wait after the one that was told of it, not by one that is told what was counted', async () => {
    let opened = 0
    const set = (open: boolean): void => {
      if (open) opened++
    }
    const { interrupt, raise } = line(undefined, { set })
    raise()
    assert.equal(interrupt.count, 1)
    assert.equal(await interrupt.wait(), 1)
    assert.equal(opened, 0, 'nobody has told the device yet')
    const next = interrupt.wait()
    assert.equal(opened, 1)
    raise()
    assert.equal(interrupt.count, 2)
    assert.equal(await next, 1)
    assert.equal(opened, 1)
    interrupt.unmask()
    assert.equal(opened, 2)
    interrupt.wait({ timeout: 0 }).catch(() => {})
    assert.equal(opened, 2, 'it is let through already')
  })
})

test('a wait is never told of none: what gives no more than before is waited for still', async () => {
  using folder = new TempFolder()
  const path = join(folder.path, 'count')
  execFileSync('mkfifo', [path])
  const descriptor = Descriptor.open(path, constants.O_RDWR)
  const counting = { width: 4, tally: tallyFrom(7) } as const
  const interrupt = new Interrupt('it', new CountedSource(descriptor, counting, error => error))
  const waiting = interrupt.wait()
  countTo(descriptor.fd, 7)
  assert.equal(await settled(waiting), false)
  countTo(descriptor.fd, 9)
  assert.equal(await waiting, 2)
  interrupt.close()
})

test('clocks that a program replaces are not what it waits by', async () => {
  const { setTimeout: real } = globalThis
  globalThis.setTimeout = (() => assert.fail('it waits by this one')) as never
  try {
    await rejectsCode('ERR_IO_TIMEOUT', 'wait: ', line().interrupt.wait({ timeout: 1 }))
  } finally {
    globalThis.setTimeout = real
  }
})

test('one that can’t be masked says so', () => {
  throwsCode('ERR_IO_INTERRUPT', 'mask: ', () => line().interrupt.mask())
})
