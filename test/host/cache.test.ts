import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { cached, projectRoot } from '../../host/cache.js'

const cache = '.vm'
const name = `test-${process.pid}`
const remains = () => readdirSync(join(projectRoot, cache)).filter(file => file.startsWith(name))
const make = (content: string) => (folder: string) => writeFile(join(folder, 'content'), content)

describe('the cache of what is downloaded', () => {
  test('keeps what was made, and makes it once', async t => {
    const folder = await cached(`${cache}/${name}`, make('first'))
    t.after(() => rmSync(folder, { recursive: true }))
    assert.equal(await cached(`${cache}/${name}`, make('second')), folder)
    assert.equal(readFileSync(join(folder, 'content'), 'utf8'), 'first')
    assert.deepEqual(remains(), [name])
  })

  test('what failed half-way is not there', async () => {
    const half = async (folder: string) => {
      await make('half')(folder)
      assert.ok(!existsSync(join(projectRoot, cache, name)), 'it does not show before it is whole')
      throw new Error('the network is down')
    }
    await assert.rejects(cached(`${cache}/${name}`, half), /the network is down/)
    assert.deepEqual(remains(), [])
  })

  test('several at once get one', async t => {
    const folders = await Promise.all(
      ['a', 'b', 'c'].map(content => cached(`${cache}/${name}`, make(content))),
    )
    t.after(() => rmSync(folders[0] ?? '', { recursive: true }))
    assert.equal(new Set(folders).size, 1)
    assert.deepEqual(remains(), [name])
  })
})
