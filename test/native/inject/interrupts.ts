import assert from 'node:assert/strict'
import { writeSync } from 'node:fs'
import { IoMappingError } from 'io-mapping'
import { Descriptor } from '#io-mapping/system/descriptor.js'
import { native, type Poll } from '#io-mapping/system/native.js'
import { refusal, telling } from '#io-mapping/system/refusal.js'
import { systemError } from '#io-mapping/system/system-error.js'
import { line } from '../../support/line.js'
import type { Scenario } from './scenarios.js'
import { settles } from './settles.js'
import { inWorker } from './worker.js'

/** What the system refuses is told as a device's is. */
export const making = <T>(make: () => T): T => telling('the line', { to: 'made' }, make)

const waited = async (): Promise<void> => {
  const { interrupt, raise } = making(line)
  try {
    for (let i = 0; i < 2; i++) {
      const waiting = settles(interrupt.wait())
      waiting.catch(() => {}) // it may have been closed, with what is raised
      raise(3)
      assert.equal(await waiting, 3)
    }
    raise()
    assert.equal(await settles(interrupt.wait()), 1)
  } finally {
    interrupt.close()
  }
}

const unless =
  (code: string) =>
  (error: unknown): void => {
    if (!(error instanceof IoMappingError && error.code === code)) throw error
  }

const dropped = async (): Promise<void> => {
  const { interrupt } = making(line)
  await interrupt.wait({ timeout: 0 }).catch(unless('ERR_IO_TIMEOUT'))
}

const closed = async (): Promise<void> => {
  const { interrupt } = making(line)
  const waiting = settles(interrupt.wait()).catch(unless('ERR_IO_INTERRUPT'))
  waiting.catch(() => {}) // closing it may throw, too
  interrupt.close()
  await waiting
}

/** The addon's own, without an Interrupt. */
class RawPoll implements Disposable {
  readonly #poll: Poll

  constructor(descriptor: Descriptor, callback: () => void) {
    // it keeps the descriptor: what has the poll itself, it would keep for ever
    const poll = native.createPoll(descriptor.fd, 8, new Float64Array(2), descriptor, callback)
    if (typeof poll === 'number') throw refusal('the line', systemError(-poll, 'epoll_ctl'))
    this.#poll = poll
  }

  wait(): void {
    const errno = native.waitPoll(this.#poll, 1)
    if (errno !== 0) throw refusal('the line', systemError(errno, 'epoll_ctl'))
  }

  [Symbol.dispose](): void {
    native.closePoll(this.#poll)
  }
}

/** A callback that throws: nobody has called it, so it is an uncaught exception. */
const thrown = async (): Promise<void> => {
  const descriptor = making(() => Descriptor.count())
  let hear = (_: unknown): void => {}
  const heard = new Promise(resolve => {
    hear = resolve
  })
  process.setUncaughtExceptionCaptureCallback(hear)
  try {
    using poll = new RawPoll(descriptor, () => {
      throw new RangeError('of the callback')
    })
    poll.wait()
    writeSync(descriptor.fd, new BigUint64Array([1n]))
    assert.match(String(await settles(heard)), /^RangeError: of the callback$/)
  } finally {
    process.setUncaughtExceptionCaptureCallback(null)
    descriptor.close()
  }
}

/** Waits for what does not come, and ends. */
const IN_WORKER = `
  const { making } = await import('./test/native/inject/interrupts.js')
  const { line } = await import('./test/support/line.js')
  globalThis.kept = [making(line), making(line)]
  kept[0].interrupt.wait().catch(() => {})
  setTimeout(() => process.exit(), 5)`

const HELD = 'a callback that can never be let go keeps the interrupt'
const KEPT = 'one that can not be told to end is kept by the event loop'

export const interruptScenarios: Readonly<Record<string, Scenario>> = {
  'an interrupt that is waited for': { run: waited, alone: HELD },
  'an interrupt that was waited for, and is dropped': {
    run: dropped,
    alone: HELD,
    keeps: KEPT,
    uncaught: 'the timer has no caller',
  },
  'an interrupt that is closed while it is waited for': { run: closed, alone: HELD, keeps: KEPT },
  'a callback that throws': {
    run: thrown,
    alone: 'what can not be told stays thrown, and the next call is told of it',
  },
  'a Worker that ends while it waits': { run: () => inWorker(IN_WORKER) },
}
