// What is not ours to handle goes to whoever was there first; a hang is what these tests look for, so each has a timeout.
import assert from 'node:assert/strict'
import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { runModule } from '../support/child.js'
import { TempFolder } from '../support/files.js'
import { ROOT } from '../support/root.js'

const LOSE = `
  import fs from 'node:fs'
  import { file, IoMapping } from 'io-mapping'
  import { native } from '#io-mapping/system/native.js'
  const path = process.argv[1]
  fs.writeFileSync(path, Buffer.alloc(65536))
  const mapping = IoMapping.create(file(path))
  const page = mapping.map(0)
  const lose = () => {
    fs.truncateSync(path, 0)
    try { page.read32(0) } catch (error) { console.log(error.code) }
  }
  // What another library may do: pages of a file, that nobody guards
  const bare = new WebAssembly.Memory({ initial: 1 })
  const another = (kind) => {
    const other = path + kind
    fs.writeFileSync(other, Buffer.alloc(65536))
    const fd = fs.openSync(other, 'r+')
    const access = kind === 'bus' ? 1 : 0
    if (native.lay(native.addressOf(new Uint8Array(bare.buffer)), 65536, fd, 0, access) !== 0) throw new Error('lay')
    if (kind === 'bus') fs.truncateSync(other, 0)
    const bytes = new Uint8Array(bare.buffer)
    bytes[0] = 1
  }
  const sent = () => new Promise(resolve => setTimeout(resolve, 200))
`

const run = async (body: string) => {
  using folder = new TempFolder()
  const { code, signal, stdout, stderr } = await runModule(LOSE + body, {
    args: [`${folder.path}/card`],
    timeout: 60_000,
  })
  return { code, signal, stdout, stderr }
}
const ok = (stdout: string) => ({ code: 0, signal: null, stdout, stderr: '' })
const ended = (signal: NodeJS.Signals, stdout = '') => ({ code: null, signal, stdout, stderr: '' })

/** As many as once made it hang. */
const SIGNALS = Math.min(40_000, Number(process.env.IO_MAPPING_ROUNDS ?? 100_000))

describe('faults that are not ours', () => {
  test("another's SIGBUS ends the process, as it did before", async () => {
    assert.deepEqual(await run("another('bus')"), ended('SIGBUS'))
  })

  test("another's SIGSEGV, at a page that is there and at one that isn't", async () => {
    assert.deepEqual(await run("another('read-only')"), ended('SIGSEGV'))
    const wild = 'native.copyFromDevice(4096, new Uint8Array(4), 4, 4)'
    assert.deepEqual(await run(wild), ended('SIGSEGV'))
  })

  test('after one of ours, too', async () => {
    assert.deepEqual(await run("lose(); another('bus')"), ended('SIGBUS', 'ERR_IO_FAULT\n'))
  })

  test('two copies of the library in one process, which go over each other', async () => {
    using folder = new TempFolder()
    for (const part of ['dist', 'prebuilds', 'package.json', 'scripts'])
      cpSync(join(ROOT, part), join(folder.path, 'copy', part), { recursive: true })
    const body = `
      const other = await import(path.replace(/card$/, 'copy/dist/index.js'))
      const again = () => other.IoMapping.create(other.file(path)).map(0)
      const theirs = again()
      process.on('SIGBUS', () => {})
      const both = [IoMapping.create(file(path)).map(0), again(), page, theirs]
      fs.truncateSync(path, 0)
      for (const each of both) try { each.read8(0) } catch (error) { console.log(error.code) }
      another('read-only')`
    const { stdout, signal } = await runModule(LOSE + body, {
      args: [`${folder.path}/card`],
      timeout: 60_000,
    })
    assert.deepEqual({ stdout, signal }, { stdout: 'ERR_IO_FAULT\n'.repeat(4), signal: 'SIGSEGV' })
  })

  test("WebAssembly's traps are still its own", async () => {
    // (module (memory (export "m") 1) (func (export "f") (param i32) (result i32) (i32.load (local.get 0))))
    const result = await run(`
      const { instance } = await WebAssembly.instantiate(new Uint8Array([
        0,97,115,109,1,0,0,0,1,6,1,96,1,127,1,127,3,2,1,0,5,3,1,0,1,7,9,2,1,109,2,0,1,102,0,0,
        10,9,1,7,0,32,0,40,2,0,11]))
      const trap = () => {
        try { return instance.exports.f(2 ** 30) } catch (error) { return error.constructor.name + ': ' + error.message }
      }
      for (let i = 0; i < 10000; i++) trap()
      console.log(trap())
      lose()
      console.log(trap())`)
    const trap = 'RuntimeError: memory access out of bounds\n'
    assert.deepEqual(result, ok(`${trap}ERR_IO_FAULT\n${trap}`))
  })
})

describe("process.on('SIGBUS')", () => {
  const LISTEN = "process.on('SIGBUS', name => console.log('heard', name))\n"
  const KILL = "process.kill(process.pid, 'SIGBUS'); await sent()\n"

  test('after ours: a fault is ours, a signal that is sent is its', async () => {
    assert.deepEqual(await run(`${LISTEN}lose(); ${KILL}`), ok('ERR_IO_FAULT\nheard SIGBUS\n'))
  })

  test('before ours', async () => {
    using folder = new TempFolder()
    const text = LOSE.replace("import { file, IoMapping } from 'io-mapping'", '')
      .replace("import { native } from '#io-mapping/system/native.js'", '')
      .replace(
        'const path',
        `${LISTEN}const { file, IoMapping } = await import('io-mapping')
        const { native } = await import('#io-mapping/system/native.js')
        const path`,
      )
    const result = await runModule(`${text}lose(); ${KILL}another('bus')`, {
      args: [`${folder.path}/card`],
      timeout: 60_000,
    })
    const { stdout, signal } = result
    assert.deepEqual({ stdout, signal }, { stdout: 'ERR_IO_FAULT\nheard SIGBUS\n', signal: 'SIGBUS' })
  })

  test('once, and off: a fault is still ours, and the signal ends the process again', async () => {
    const body = `process.once('SIGBUS', () => console.log('once')); ${KILL}lose(); ${KILL}`
    assert.deepEqual(await run(body), ended('SIGBUS', 'once\nERR_IO_FAULT\n'))
  })

  test('of a main thread that has not loaded the library, after a Worker has', async () => {
    using folder = new TempFolder()
    const { stdout, signal } = await runModule(
      `import { once } from 'node:events'
      import { Worker } from 'node:worker_threads'
      const worker = new Worker(
        \`const { parentPort, workerData: path } = require('node:worker_threads')
        const fs = require('node:fs')
        fs.writeFileSync(path, Buffer.alloc(65536))
        import('io-mapping').then(({ IoMapping, file }) => {
          const page = IoMapping.create(file(path)).map(0)
          parentPort.once('message', () => {
            fs.truncateSync(path, 0)
            try { page.read32(0) } catch (error) { parentPort.postMessage(error.code) }
          })
          parentPort.postMessage('mapped')
        })\`,
        { eval: true, workerData: process.argv[1], execArgv: [] })
      await once(worker, 'message')
      process.on('SIGBUS', () => {})
      worker.postMessage('truncate')
      console.log((await once(worker, 'message'))[0])
      process.exit()`,
      { args: [`${folder.path}/card`], timeout: 60_000 },
    )
    assert.deepEqual({ stdout, signal }, { stdout: 'ERR_IO_FAULT\n', signal: null })
  })

  test("another's fault does not hang", async () => {
    assert.deepEqual(await run(`${LISTEN}another('bus')`), ended('SIGBUS'))
  })

  test('in a view, in optimised code, and in WebAssembly', async () => {
    const body = `${LISTEN}
      const { u32 } = page
      const sum = () => { let all = 0; for (let i = 0; i < u32.length; i++) all += u32[i]; return all }
      for (let i = 0; i < 10000; i++) sum()
      fs.truncateSync(path, 0)
      console.log(sum() === u32.length * 0xffffffff)`
    assert.deepEqual(await run(body), ok('true\n'))
  })

  test('without one, a SIGBUS that is sent ends the process; SIGSEGV goes the same ways', async () => {
    assert.deepEqual(await run(KILL), ended('SIGBUS'))
    const segv = `process.on('SIGSEGV', name => console.log('heard', name)); process.kill(process.pid, 'SIGSEGV')
      await sent(); lose(); another('read-only')`
    assert.deepEqual(await run(segv), ended('SIGSEGV', 'heard SIGSEGV\nERR_IO_FAULT\n'))
  })

  // libuv's handler holds a lock, and has the kernel block all other signals meanwhile: so must whoever calls it.
  test('two signals that are sent at once, again and again, do not wait for each other', async () => {
    const { stdout, signal } = await runModule(
      `import { Worker } from 'node:worker_threads'
      import 'io-mapping'
      const heard = { SIGBUS: 0, SIGUSR2: 0 }
      for (const name of Object.keys(heard)) process.on(name, () => heard[name]++)
      const worker = new Worker(
        \`for (let i = 0; i < ${SIGNALS}; i++) process.kill(process.pid, i % 2 ? 'SIGBUS' : 'SIGUSR2')\`,
        { eval: true },
      )
      worker.once('exit', () => setTimeout(() => {
        console.log(heard.SIGBUS > 0, heard.SIGUSR2 > 0)
        process.exit()
      }, 50))`,
      { timeout: 120_000 },
    )
    assert.deepEqual({ stdout, signal }, { stdout: 'true true\n', signal: null })
  })
})
