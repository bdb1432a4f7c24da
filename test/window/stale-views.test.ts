// Asynchronous calls of Node's keep a view's address. When the view is emptied, what they write must land in memory that is nobody's.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, constants, openSync, read, writeSync } from 'node:fs'
import { connect, createServer, type Socket } from 'node:net'
import { describe, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { IoMapping } from 'io-mapping'
import { IS_32_BIT } from '#io-mapping/system/word-size.js'
import { TempFolder } from '../support/files.js'
import { inEachStrategy } from '../support/strategies.js'

/** A pipe with a name: a read of it waits in the thread pool until something is written. */
class Fifo implements Disposable {
  readonly #folder = new TempFolder()
  readonly #fd: number

  constructor() {
    const path = `${this.#folder.path}/fifo`
    execFileSync('mkfifo', [path])
    this.#fd = openSync(path, constants.O_RDWR)
  }

  /** Begins to read 8 bytes into `view`, and comes to wait for them. */
  async begin(view: Uint8Array): Promise<Promise<number>> {
    const done = new Promise<number>((resolve, reject) =>
      read(this.#fd, view, 0, 8, null, (error, count) => (error ? reject(error) : resolve(count))),
    )
    await setTimeout(50)
    return Promise.resolve(done)
  }

  write(text: string): void {
    writeSync(this.#fd, text)
  }

  [Symbol.dispose](): void {
    this.write('that ends') // a read that a failed test has left
    closeSync(this.#fd)
    this.#folder[Symbol.dispose]()
  }
}

// More than are kept for the next who wants such. Each with slots takes 64 MiB of address space.
const OTHERS = IS_32_BIT ? 4 : 40

inEachStrategy('what Node writes to a stale view', strategy => {
  test('of a freed mapping: the mappings that come then hold what is theirs', async () => {
    using fifo = new Fifo()
    const mapping = IoMapping.create('memory:1M', strategy)
    const reading = { done: fifo.begin(mapping.map(0).u8) }
    await setTimeout(100)
    mapping.free()
    const others = Array.from({ length: OTHERS }, () => IoMapping.create('memory:1M', strategy))
    const pages = others.map(each => each.map(0))
    const views = pages.map(each => each.u8)
    fifo.write('ABCDEFGH')
    assert.equal(await reading.done, 8)
    assert.ok(pages.every(page => page.read32(0) === 0))
    assert.ok(views.every(view => view[0] === 0))
    for (const each of others) each.free()
  })

  test('of an unmapped window: the windows that come then hold what is theirs', async () => {
    using fifo = new Fifo()
    using mapping = IoMapping.create('memory:1M', strategy)
    const window = mapping.map(0)
    const reading = { done: fifo.begin(window.u8) }
    await setTimeout(100)
    window.unmap()
    const pages = [1, 2, 3, 4].map(page => mapping.map(page * 4096))
    const views = pages.map(each => each.u8)
    fifo.write('ABCDEFGH')
    assert.equal(await reading.done, 8)
    assert.ok(pages.every(page => page.read32(0) === 0))
    assert.ok(views.every(view => view[0] === 0))
  })
})

describe('a socket that reads into a view', () => {
  test('of a freed mapping', async () => {
    const mapping = IoMapping.create('memory:1M')
    const { u8: buffer } = mapping.map(0)
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const connected = once(server, 'connection') as Promise<[Socket]>
    let told = () => {}
    const got = new Promise<void>(resolve => {
      told = resolve
    })
    const callback = () => {
      told()
      return true
    }
    const { port } = server.address() as { port: number }
    const client = connect({ port, host: '127.0.0.1', onread: { buffer, callback } })
    const [peer] = await connected
    await setTimeout(50)
    mapping.free()
    const others = Array.from({ length: OTHERS }, () => IoMapping.create('memory:1M'))
    const pages = others.map(each => each.map(0))
    peer.write('ABCDEFGH')
    await got
    assert.ok(pages.every(page => page.read32(0) === 0))
    for (const each of others) each.free()
    client.destroy()
    peer.destroy()
    server.close()
    await once(server, 'close')
  })
})
