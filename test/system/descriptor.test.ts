import assert from 'node:assert/strict'
import { closeSync, constants, existsSync, openSync } from 'node:fs'
import { test } from 'node:test'
import { Worker } from 'node:worker_threads'
import { Descriptor } from '#io-mapping/system/descriptor.js'
import { runModule } from '../support/child.js'
import { processStat } from '../support/process-stat.js'

const { O_RDONLY } = constants
const isOpen = (fd: number) => existsSync(`/proc/self/fd/${fd}`)

test('a descriptor is closed by close, once', () => {
  const descriptor = Descriptor.open('/dev/zero', O_RDONLY)
  const { fd } = descriptor
  assert.ok(isOpen(fd))
  descriptor.close()
  assert.ok(!isOpen(fd))
  const other = openSync('/dev/zero', 'r')
  assert.equal(other, fd, 'the number is given to the next')
  descriptor.close()
  assert.ok(isOpen(other), 'which a second close leaves alone')
  closeSync(other)
  const owned = Descriptor.open('/dev/zero', O_RDONLY)
  assert.equal(owned.fd, fd)
  descriptor.close()
  assert.ok(isOpen(owned.fd), 'another owner’s too')
  owned.close()
})

test('many at once, closed in another order', () => {
  const before = processStat().descriptors
  const all = Array.from({ length: 300 }, () => Descriptor.open('/dev/zero', O_RDONLY))
  assert.equal(processStat().descriptors, before + 300)
  for (const each of all.filter((_, i) => i % 3 === 1)) each.close()
  assert.equal(processStat().descriptors, before + 200)
  for (const each of all.reverse()) each.close()
  assert.equal(processStat().descriptors, before)
})

test('one whose owner was collected is closed, when the event loop turns or when others are made', async () => {
  const { stdout, stderr } = await runModule(
    `import { readdirSync, readlinkSync } from 'node:fs'
    import { Descriptor } from '#io-mapping/system/descriptor.js'
    const link = fd => {
      try {
        return readlinkSync('/proc/self/fd/' + fd)
      } catch {} // the descriptor that listed the folder
    }
    const count = () => readdirSync('/proc/self/fd').filter(fd => link(fd) === '/dev/zero').length
    const make = number => {
      for (let i = 0; i < number; i++) Descriptor.open('/dev/zero', 0)
    }
    const before = count()
    let kept = [Descriptor.open('/dev/zero', 0)]
    make(50)
    console.log('made', count() - before)
    const turns = async most => {
      for (let i = 0; i < 20 && count() - before > most; i++) {
        gc()
        await new Promise(resolve => setTimeout(resolve, 5))
      }
      return count() - before
    }
    console.log('after a turn', await turns(1))
    kept = []
    console.log('and another', await turns(0))
    make(50)
    console.log('made again', await turns(0))
    for (let round = 0; round < 20; round++) {
      make(50)
      kept.push(Descriptor.open('/dev/zero', 0))
      gc()
    }
    console.log('in one turn', count() - before < 300 ? 'few' : count() - before)
    console.log('kept', kept.every(({ fd }) => readdirSync('/proc/self/fd').includes(String(fd))))`,
    { flags: ['--expose-gc'] },
  )
  assert.equal(
    stdout,
    'made 51\nafter a turn 1\nand another 0\nmade again 0\nin one turn few\nkept true\n',
    stderr,
  )
})

test('a Worker closes its own when it ends, and no others', async () => {
  const mine = Descriptor.open('/dev/zero', O_RDONLY)
  const before = processStat().descriptors
  for (const end of ['', 'process.exit()', 'for (;;) {}']) {
    const worker = new Worker(
      `const { parentPort } = require('node:worker_threads')
      import('io-mapping').then(({ memory, IoMapping }) => {
        globalThis.kept = Array.from({ length: 20 }, () => IoMapping.createWc(memory(4096)))
        parentPort.postMessage(kept.length)
        setImmediate(() => { ${end} })
      })`,
      { eval: true },
    )
    await new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject))
    await new Promise(resolve => setTimeout(resolve, 20))
    await worker.terminate()
    assert.equal(processStat().descriptors, before, end)
  }
  assert.ok(isOpen(mine.fd))
  mine.close()
})
