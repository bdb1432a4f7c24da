// What waiting for an interrupt is to a program: when it goes on, how it ends, in threads, and when nobody has it any more.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { runModule } from '../support/child.js'
import { workerText } from '../support/worker-text.js'

const LINE = `
  import { writeSync } from 'node:fs'
  import { CountedSource } from '#io-mapping/interrupts/counted.js'
  import { Interrupt } from '#io-mapping/interrupts/interrupt.js'
  import { Descriptor } from '#io-mapping/system/descriptor.js'
  const line = () => {
    const descriptor = Descriptor.count()
    const interrupt = new Interrupt('the line', new CountedSource(descriptor, { width: 8 }, error => error))
    return { interrupt, raise: () => writeSync(descriptor.fd, new BigUint64Array([1n])) }
  }
`

const check = async (text: string, expected: string, code = 0): Promise<void> => {
  const { stdout, stderr, ...ended } = await runModule(LINE + text, {
    flags: ['--expose-gc'],
    timeout: 60_000,
  })
  assert.deepEqual({ ...ended, stdout, stderr }, { code, signal: null, stdout: `${expected}\n`, stderr: '' })
}

describe('a program', () => {
  test('goes on while someone waits', () =>
    check(
      `const { interrupt, raise } = line()
      setTimeout(raise, 20).unref() // which keeps nothing running
      console.log(await interrupt.wait())`,
      '1',
    ))

  test('ends when no one waits, whatever was armed and waited for before', () =>
    check(
      `const { interrupt, raise } = line()
      raise()
      await interrupt.wait()
      await interrupt.wait({ timeout: 1 }).catch(() => {})
      const controller = new AbortController()
      const waiting = interrupt.wait({ signal: controller.signal }).catch(() => {})
      controller.abort()
      await waiting
      raise()
      process.on('exit', () => console.log('end'))`,
      'end',
    ))

  test('ends by process.exit while it waits', () =>
    check(
      `const { interrupt } = line()
      interrupt.wait().then(() => console.log('it came'), () => console.log('rejected'))
      setTimeout(() => {
        console.log('exit')
        process.exit(3)
      }, 20)`,
      'exit',
      3,
    ))

  test('that throws where it waited is told of it as of any error', async () => {
    const { code, stderr } = await runModule(
      `${LINE}const { interrupt, raise } = line()
      setTimeout(raise, 5)
      await interrupt.wait()
      throw new Error('after it came')`,
    )
    assert.equal(code, 1)
    assert.match(stderr, /after it came/)
  })
})

test('many interrupts and waits end by one signal, of which Node has nothing to warn', () =>
  check(
    `const controller = new AbortController()
    const { signal } = controller
    const all = Array.from({ length: 20 }, () => new Interrupt('it', new CountedSource(Descriptor.count(), { width: 8 }, e => e), { signal }))
    const { interrupt } = line()
    const waits = [...all, ...Array(20).fill(interrupt)].map(each => each.wait({ signal }).catch(error => error.name))
    await new Promise(resolve => setTimeout(resolve, 5)) // a warning would come
    controller.abort()
    console.log([...new Set(await Promise.all(waits))].join(), all.every(each => each.closed), interrupt.closed)`,
    'AbortError true false',
  ))

describe('a Worker', () => {
  const worker = (body: string) =>
    `const { Worker } = await import('node:worker_threads')
    const worker = new Worker(${JSON.stringify(workerText(LINE + body))}, { eval: true })
    const ended = new Promise(resolve => worker.on('exit', resolve))
    worker.on('message', message => console.log(message))`
  const POST = `import { parentPort } from 'node:worker_threads';`

  test('waits as the main thread does', () =>
    check(
      `${worker(`${POST}
        const { interrupt, raise } = line()
        setTimeout(raise, 20).unref()
        parentPort.postMessage(await interrupt.wait())`)}
      await ended`,
      '1',
    ))

  test('can be ended while it waits, and with an interrupt that is open', () =>
    check(
      `${worker(`${POST}
        const all = Array.from({ length: 20 }, line)
        all.slice(1).map(({ interrupt }) => interrupt.wait())
        parentPort.postMessage('waits')`)}
      await new Promise(resolve => worker.once('message', resolve))
      const code = await worker.terminate()
      console.log(await ended)`,
      'waits\n1',
    ))

  test('leaves no descriptor', () =>
    check(
      `import { readdirSync } from 'node:fs'
      const open = () => readdirSync('/proc/self/fd').length
      const round = async () => {
        ${worker(`${POST}
          const all = Array.from({ length: 20 }, line)
          for (const { interrupt, raise } of all) { raise(); await interrupt.wait() }
          all[0].interrupt.wait()
          parentPort.postMessage('')`).replace('console.log(message)', '0')}
        await new Promise(resolve => worker.once('message', resolve))
        await worker.terminate()
      }
      await round()
      const before = open()
      for (let i = 0; i < 5; i++) await round()
      console.log(open() - before)`,
      '0',
    ))
})

describe('an interrupt that nobody has any more', () => {
  test('is closed with what it had', () =>
    check(
      `import { readdirSync } from 'node:fs'
      const open = () => readdirSync('/proc/self/fd').length
      const use = async () => {
        const { interrupt, raise } = line()
        raise()
        await interrupt.wait()
        await interrupt.wait({ timeout: 0 }).catch(() => {})
      }
      const collected = async most => {
        for (let i = 0; i < 20 && open() > most; i++) {
          gc()
          await new Promise(resolve => setTimeout(resolve, 5))
        }
        return open()
      }
      await use()
      const before = await collected(0)
      for (let i = 0; i < 50; i++) await use()
      console.log(await collected(before) - before)`,
      '0',
    ))

  test('is not kept by the signal that would close it', () =>
    check(
      `const { signal } = new AbortController()
      const make = () => new WeakRef(new Interrupt('it', new CountedSource(Descriptor.count(), { width: 8 }, e => e), { signal }))
      const weak = make()
      for (let i = 0; i < 10 && weak.deref(); i++) {
        await new Promise(resolve => setTimeout(resolve, 5))
        gc()
      }
      console.log(weak.deref())`,
      'undefined',
    ))

  test('leaves no listener at that signal', () =>
    check(
      `import { getEventListeners } from 'node:events'
      const { signal } = new AbortController()
      const make = () => new Interrupt('it', new CountedSource(Descriptor.count(), { width: 8 }, e => e), { signal })
      for (let i = 0; i < 100; i++) make()
      for (let i = 0; i < 20 && getEventListeners(signal, 'abort').length > 0; i++) {
        await new Promise(resolve => setTimeout(resolve, 5))
        gc()
      }
      console.log(getEventListeners(signal, 'abort').length)`,
      '0',
    ))

  test('but waited for, it is there when it comes', () =>
    check(
      `const wait = () => {
        const { interrupt, raise } = line()
        setTimeout(raise, 100)
        return interrupt.wait()
      }
      const waiting = wait()
      for (let i = 0; i < 10; i++) {
        gc()
        await new Promise(resolve => setTimeout(resolve, 2))
      }
      console.log(await waiting)`,
      '1',
    ))
})
