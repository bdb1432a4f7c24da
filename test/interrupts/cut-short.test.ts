// Calls that are cut short, by a vm timeout or at the stack's end: no interrupt is lost, no wait without an end, nothing is left over.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { runInNewContext } from 'node:vm'
import { Worker } from 'node:worker_threads'
import { CountedSource } from '#io-mapping/interrupts/counted.js'
import { Interrupt } from '#io-mapping/interrupts/interrupt.js'
import { Descriptor } from '#io-mapping/system/descriptor.js'
import { runModule } from '../support/child.js'

/** Node 18, which the 32-bit test has, knows no maglev. */
const INTERPRETED = [
  '--no-opt',
  '--no-sparkplug',
  ...(parseInt(process.version.slice(1), 10) < 20 ? [] : ['--no-maglev']),
]

/** Runs text in a Node of its own, which cuts calls short everywhere: in none that V8 has inlined. */
const check = async (text: string, expected: string): Promise<void> => {
  const { stdout, code, signal } = await runModule(
    `import { runInNewContext } from 'node:vm'
    import { line } from './test/support/line.js'
    import { withFrames } from './test/support/stack-end.js'
    const sleep = milliseconds => new Promise(resolve => setTimeout(resolve, milliseconds))
    const lines = Array.from({ length: 100 }, () => line())
    /** Has each of them told what it comes to, in one text for each sort of end. */
    const outcomes = []
    const hear = waiting => { const index = outcomes.push('nothing') - 1; waiting.then(count => { outcomes[index] = count }, error => { outcomes[index] = error.code ?? error.name }) }
    const each = texts => [...new Set(texts)].join()
    const isCut = errors => errors.some(Boolean) && errors.some(error => !error)
    ${text}`,
    { timeout: 60_000, flags: INTERPRETED },
  )
  assert.deepEqual({ code, signal, stdout }, { code: 0, signal: null, stdout: `${expected}\n` })
}

describe('cut short at the stack’s end', () => {
  test('count beside a wait: who waits is told, and none is lost', () =>
    check(
      `for (const { interrupt, raise } of lines) {
        hear(interrupt.wait())
        raise()
      }
      const errors = withFrames(lines.map(({ interrupt }) => () => void interrupt.count))
      for (let i = 0; i < 10; i++) await new Promise(resolve => setImmediate(resolve)) // a timer may come before the loop looks
      console.log(isCut(errors), each(outcomes), each(lines.map(({ interrupt }) => interrupt.count)), each(lines.map(({ interrupt }) => interrupt.closed)))`,
      'true 1 1 false',
    ))

  test('count, and nobody waits: the next wait is told', () =>
    check(
      `for (const { raise } of lines) raise()
      const errors = withFrames(lines.map(({ interrupt }) => () => void interrupt.count))
      for (const { interrupt } of lines) hear(interrupt.wait({ timeout: 10 }))
      await sleep(20)
      console.log(isCut(errors), each(outcomes))`,
      'true 1',
    ))

  test('close: again, it completes', () =>
    check(
      `const { signal } = new AbortController()
      for (const { interrupt } of lines) {
        hear(interrupt.wait())
        hear(interrupt.wait({ signal, timeout: 100 })) // one that is cut short in clearTimeout, Node clears no more
      }
      const errors = withFrames(lines.map(({ interrupt }) => () => interrupt.close()))
      for (const { interrupt } of lines) interrupt.close()
      await sleep(1)
      const open = lines.filter(({ raise }) => {
        try { return raise() } catch { return false }
      })
      console.log(isCut(errors), each(outcomes), open.length)`,
      'true ERR_IO_INTERRUPT 0',
    ))

  test('wait: keeps no program', () =>
    check(
      `const { signal } = new AbortController()
      const waits = new Map()
      const errors = withFrames(lines.map(({ interrupt }) => () => { waits.set(interrupt, interrupt.wait({ signal })) }))
      for (const [interrupt, waiting] of waits) waiting.catch(() => waits.delete(interrupt)) // it was rejected at once
      await sleep(1)
      for (const interrupt of waits.keys()) interrupt.close()
      process.on('exit', () => console.log(isCut(errors)))`,
      'true',
    ))

  test('wait: no error comes of it later, where nobody could hear it', () =>
    check(
      `const told = []
      process.on('uncaughtException', error => told.push(error.message))
      const controller = new AbortController()
      const { signal } = controller
      const waits = []
      const errors = withFrames(lines.map(({ interrupt }) => () => { waits.push(interrupt.wait({ signal, timeout: 5 })) }))
      for (const each of waits) each.catch(() => {})
      await sleep(20)
      controller.abort()
      await sleep(1)
      console.log(isCut(errors), told.join())`,
      'true ',
    ))
})

// By signals: a timer of Node's that a vm timeout cuts short can take all timers with it.
test('a wait that a vm timeout cuts short: no error comes of it later, where nobody could hear it', () =>
  check(
    `const told = []
    process.on('uncaughtException', error => {
      if (error.name !== 'AbortError') told.push(error.message) // its promise was had, and what was to hear of it cut short
    })
    let cut = 0
    for (const { interrupt } of lines) {
      const controller = new AbortController()
      const wait = () => { interrupt.wait({ signal: controller.signal }).catch(() => {}) }
      try {
        runInNewContext('for (;;) wait()', { wait }, { timeout: 1 })
      } catch {
        cut++
      }
      controller.abort()
    }
    await new Promise(resolve => setImmediate(resolve))
    console.log(cut, told.join())
    process.exit() // what else was cut short of Node's own, such as its queues, may keep it`,
    '100 ',
  ))

test('none of a million is lost to vm timeouts', async () => {
  const descriptor = Descriptor.count()
  const interrupt = new Interrupt('the line', new CountedSource(descriptor, { width: 8 }, error => error))
  const count = 1_000_000
  const worker = new Worker(
    `const { workerData: { fd, count } } = require('node:worker_threads')
    const { writeSync } = require('node:fs')
    const one = new BigUint64Array([1n])
    for (let i = 0; i < count; i++) writeSync(fd, one)`,
    { eval: true, workerData: { fd: descriptor.fd, count } },
  )
  let isDone = false
  worker.once('exit', () => {
    isDone = true
  })
  let cut = 0
  while (!isDone) {
    try {
      runInNewContext('for (;;) look()', { look: () => interrupt.count }, { timeout: 1 })
    } catch (error) {
      assert.equal((error as NodeJS.ErrnoException).code, 'ERR_SCRIPT_EXECUTION_TIMEOUT')
      cut++
    }
    await setImmediate()
  }
  assert.ok(cut > 0)
  assert.equal(interrupt.count, count)
  interrupt.close()
})
