// The addon's polls under whatever a program does to them.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { runModule } from '../support/child.js'
import { workerText } from '../support/worker-text.js'

/** A count, and a poll of it; `heard` counts the calls of its callback. */
const POLL = `
  import { closeSync, openSync, writeSync } from 'node:fs'
  import { native } from '#io-mapping/system/native.js'
  import { Descriptor } from '#io-mapping/system/descriptor.js'
  // the loop looks at its polls before each of these; a timer that is late may come before it has
  const turn = async () => {
    for (let i = 0; i < 10; i++) await new Promise(resolve => setImmediate(resolve))
  }
  const make = callback => {
    const descriptor = Descriptor.count()
    const { fd } = descriptor
    const tally = new Float64Array(2)
    const poll = native.createPoll(fd, 8, tally, descriptor, errno => callback(poll, errno))
    return { descriptor, fd, poll, tally, raise: () => writeSync(fd, new BigUint64Array([1n])), wait: () => native.waitPoll(poll, 1) }
  }
`
const ended = (text: string, flags: string[] = ['--expose-gc']) =>
  runModule(POLL + text, { flags, timeout: 60_000 })

const check = async (text: string, expected: string, code = 0): Promise<void> => {
  const { stdout, stderr, ...rest } = await ended(text)
  assert.deepEqual({ ...rest, stdout, stderr }, { code, signal: null, stdout: `${expected}\n`, stderr: '' })
}

describe('a poll’s callback', () => {
  test('that throws: an uncaught exception, and the poll goes on', () =>
    check(
      `const told = []
      process.on('uncaughtException', error => told.push(error.message))
      const it = make(() => { throw new Error('from it') })
      for (let i = 0; i < 3; i++) {
        it.wait()
        it.raise()
        await turn()
      }
      native.closePoll(it.poll)
      console.log(told.join())`,
      'from it,from it,from it',
    ))

  test('that throws ends a program that does not look', async () => {
    const { code, stderr } = await ended(
      `const it = make(() => { throw new Error('from it') }); it.wait(); it.raise()`,
    )
    assert.equal(code, 1)
    assert.match(stderr, /Error: from it/)
  })

  test('closes it, with its descriptor, whose number is another’s at once', () =>
    check(
      `let heard = 0
      const it = make(poll => {
        native.closePoll(poll)
        native.closePoll(poll)
        it.descriptor.close()
        const next = make(poll => { heard++; native.closePoll(poll) })
        if (next.fd !== it.fd) throw new Error('another number')
        next.wait()
        next.raise()
      })
      it.wait()
      it.raise()
      await turn()
      console.log(heard, native.waitPoll(it.poll, 1))`,
      '1 9',
    ))

  test('waits again in it, and is told what came, once', () =>
    check(
      `const told = []
      const it = make((poll, errno) => {
        told.push(errno, it.tally[0])
        it.wait()
        for (let i = 0; i < told.length / 2 && told.length < 8; i++) it.raise()
      })
      it.wait()
      it.raise()
      await turn()
      native.closePoll(it.poll)
      console.log(told.join())`,
      '0,1,0,2,0,4,0,7',
    ))

  test('is not called for what another took; nor has that ended the wait', () =>
    check(
      `let told = 'nothing'
      const it = make((poll, errno) => { told = errno })
      it.wait()
      it.raise()
      const taken = native.takeCount(it.fd, 8, it.tally)
      await turn()
      console.log(taken, it.tally[0], told)
      it.raise()
      await turn()
      console.log(it.tally[0], told)`,
      '0 1 nothing\n2 0',
    ))

  test('is called again after an error of the descriptor, which libuv stops for', () =>
    check(
      `import { execFileSync } from 'node:child_process'
      import { constants, mkdtempSync, rmSync } from 'node:fs'
      const folder = mkdtempSync('/tmp/io-mapping-test-')
      execFileSync('mkfifo', [folder + '/pipe'])
      const reader = openSync(folder + '/pipe', constants.O_RDONLY | constants.O_NONBLOCK)
      const writer = openSync(folder + '/pipe', constants.O_WRONLY)
      rmSync(folder, { recursive: true })
      const told = []
      const poll = native.createPoll(writer, 8, new Float64Array(2), {}, errno => told.push(errno))
      closeSync(reader) // from here on the other end has an error
      for (let i = 0; i < 3; i++) {
        native.waitPoll(poll, 1)
        await turn()
      }
      native.closePoll(poll)
      closeSync(writer)
      console.log(told.join())`,
      '9,9,9',
    ))

  test('is not called for an error that another has taken; nor has that ended the wait, though libuv stops for it', () =>
    check(
      `import { createSocket } from 'node:dgram'
      // by its symbol: its other name, _handle, is deprecated, and gone in Node 26.12
      const handleOf = socket =>
        socket[Object.getOwnPropertySymbols(socket).find(({ description }) => description === 'state symbol')].handle
      // connected to a port that nobody has, a socket has an error once something is sent there
      const bound = async () => {
        const socket = createSocket('udp4')
        await new Promise(resolve => socket.bind(0, '127.0.0.1', resolve))
        return socket
      }
      const [socket, gone] = [await bound(), await bound()]
      const { port } = gone.address()
      gone.close()
      await new Promise(resolve => socket.connect(port, '127.0.0.1', resolve))
      const handle = handleOf(socket)
      handle.recvStop()
      const copy = Descriptor.duplicate(handle.fd)
      const { fd } = copy
      const tally = new Float64Array(2)
      const told = []
      let stolen
      const other = make(() => { stolen = native.takeCount(fd, 8, tally) })
      other.wait()
      const poll = native.createPoll(fd, 8, tally, copy, errno => told.push(errno))
      native.waitPoll(poll, 1)
      await turn()
      const send = () => handle.send({ oncomplete() {} }, [Buffer.alloc(8)], 1, false)
      other.raise() // first: the loop comes to it first
      send()
      await turn()
      console.log(stolen, told.length)
      send()
      await turn()
      console.log(told.join())
      process.exit()`,
      '111 0\n111',
    ))

  test('ends the process', () =>
    check(`const it = make(() => { console.log('bye'); process.exit(4) }); it.wait(); it.raise()`, 'bye', 4))
})

describe('a poll', () => {
  test('of what can’t be polled, is polled already, or is not open: an errno', () =>
    check(
      `const file = openSync('/proc/self/exe', 'r')
      const it = make(() => {})
      it.wait()
      console.log(...[file, it.fd, 999].map(fd => native.createPoll(fd, 8, it.tally, {}, () => {})))
      native.closePoll(it.poll)`,
      '-1 -17 -9',
    ))

  test('whose descriptor a program closes behind its back hears nothing, and can be closed', () =>
    check(
      `const it = make(() => console.log('heard'))
      it.wait()
      await turn()
      closeSync(it.fd)
      await turn()
      native.closePoll(it.poll)
      await turn()
      console.log('end')`,
      'end',
    ))

  test('that is dropped is ended before its descriptor is closed, whose number is another’s at once', () =>
    check(
      `let heard = 0
      const drop = async () => {
        const it = make(() => {})
        it.wait()
        it.raise()
        await turn() // the loop watches it
      }
      for (let i = 0; i < 20; i++) {
        await drop()
        gc()
        native.sweepDescriptors()
        const next = make(() => heard++)
        next.wait()
        await turn() // the dropped one is ended here
        next.raise()
        await turn()
        native.closePoll(next.poll)
      }
      console.log(heard)`,
      '20',
    ))

  test('is given another object', async () => {
    const { code, stderr } = await ended('native.waitPoll({}, 1)')
    assert.equal(code, 1)
    assert.match(stderr, /Error: Invalid argument/)
  })

  test('keeps no child of its process waiting, nor is heard in it', () =>
    check(
      `import { execFileSync } from 'node:child_process'
      const it = make(() => console.log('heard'))
      it.wait()
      console.log(String(execFileSync('sh', ['-c', '[ -L /proc/self/fd/' + it.fd + ' ] && echo there || echo none'])).trim())
      it.raise()`,
      'none\nheard',
    ))
})

describe('a Worker', () => {
  /** Runs `body` in one, with a poll; and has it end as `end` says. */
  const rounds = (body: string, end: string, count = 10) =>
    check(
      `const { Worker } = await import('node:worker_threads')
      const body = ${JSON.stringify(workerText(`${POLL} import { parentPort } from 'node:worker_threads'; ${body}`))}
      for (let i = 0; i < ${count}; i++) {
        const worker = new Worker(body, { eval: true })
        worker.on('error', () => {})
        const ended = new Promise(resolve => worker.once('exit', resolve))
        ${end}
        await ended
      }
      console.log('end')`,
      'end',
    )
  const TERMINATE = `await new Promise(resolve => worker.once('message', resolve)); await worker.terminate()`

  test('ends in a callback: by process.exit, by an exception', async () => {
    await rounds('const it = make(() => process.exit()); it.wait(); it.raise()', '')
    await rounds('const it = make(() => { throw new Error() }); it.wait(); it.raise()', '')
  })

  test('is ended in a callback that never returns', () =>
    rounds(
      `const it = make(() => { parentPort.postMessage(''); for (;;); }); it.wait(); it.raise()`,
      TERMINATE,
    ))

  test('is ended with polls that wait, that are closing, that came, and that nobody has', () =>
    rounds(
      `const all = Array.from({ length: 8 }, () => make(() => {}))
      for (const each of all) each.wait()
      for (const each of all.slice(4)) each.raise()
      globalThis.kept = all.splice(0, 6)
      all.length = 0
      parentPort.postMessage('')
      for (const each of kept.slice(0, 3)) native.closePoll(each.poll)`,
      TERMINATE,
    ))

  test('closes and makes polls as it ends', () =>
    rounds(
      `const it = make(() => {})
      it.wait()
      process.on('exit', () => {
        native.closePoll(it.poll)
        globalThis.late = make(() => {})
        late.wait()
        late.raise()
      })
      process.exit()`,
      '',
    ))
})
