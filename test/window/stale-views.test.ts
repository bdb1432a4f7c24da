// Asynchronous calls of Node's keep a view's address. When the view is emptied, what they write must land in memory that is nobody's.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { IoMapping, PAGE_SIZE } from 'io-mapping'
import { IS_32_BIT } from '#io-mapping/system/word-size.js'
import { TempFolder } from '../support/files.js'
import { Pipe } from '../support/pipe.js'
import { inEachStrategy } from '../support/strategies.js'

const DATA = Buffer.from('ABCDEFGH')

// More than are kept for the next who wants such. Each with slots takes 64 MiB of address space.
const OTHERS = IS_32_BIT ? 4 : 40

inEachStrategy('what Node writes to a stale view', strategy => {
  test('of a freed mapping: the mappings that come then hold what is theirs', async () => {
    using pipe = new Pipe()
    const mapping = IoMapping.create('memory:1M', strategy)
    const read = await pipe.read(mapping.map(0).u8)
    mapping.free()
    const others = Array.from({ length: OTHERS }, () => IoMapping.create('memory:1M', strategy))
    const pages = others.map(each => each.map(0))
    const views = pages.map(each => each.u8)
    pipe.write(DATA)
    assert.equal(await read(), DATA.length)
    assert.ok(pages.every(page => page.read32(0) === 0))
    assert.ok(views.every(view => view[0] === 0))
    for (const each of others) each.free()
  })

  test('of an unmapped window: the windows that come then hold what is theirs', async () => {
    using pipe = new Pipe()
    using mapping = IoMapping.create('memory:1M', strategy)
    const window = mapping.map(0)
    const read = await pipe.read(window.u8)
    window.unmap()
    const pages = [1, 2, 3, 4].map(page => mapping.map(page * PAGE_SIZE))
    const views = pages.map(each => each.u8)
    pipe.write(DATA)
    assert.equal(await read(), DATA.length)
    assert.ok(pages.every(page => page.read32(0) === 0))
    assert.ok(views.every(view => view[0] === 0))
  })
})

describe('a socket that reads into a view', () => {
  test('of a freed mapping', async () => {
    const mapping = IoMapping.create('memory:1M')
    const { u8: buffer } = mapping.map(0)
    using folder = new TempFolder()
    const path = join(folder.path, 'socket') // there may be no network
    const server = createServer().listen(path)
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
    const client = connect({ path, onread: { buffer, callback } })
    const [peer] = await connected
    await setTimeout(50)
    mapping.free()
    const others = Array.from({ length: OTHERS }, () => IoMapping.create('memory:1M'))
    const pages = others.map(each => each.map(0))
    peer.write(DATA)
    await got
    assert.ok(pages.every(page => page.read32(0) === 0))
    for (const each of others) each.free()
    client.destroy()
    peer.destroy()
    server.close()
    await once(server, 'close')
  })
})
