import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { hotTenth, SequenceFiles, sweep, uniform } from '../../bench/sequences.js'

describe('the orders in which pages are mapped', () => {
  test('a sweep goes through them in order', () => {
    assert.deepEqual([...sweep(4)], [0, 1, 2, 3])
    assert.deepEqual([...sweep(3, 256)], [0, 256, 512])
  })

  test('a uniform one reaches all of them about as often, and is the same each time', () => {
    const pages = uniform(2 ** 16, 64)
    const counts = new Array(64).fill(0)
    for (const page of pages) counts[page]++
    assert.ok(Math.min(...counts) > 900 && Math.max(...counts) < 1150, counts.join(' '))
    assert.deepEqual(pages, uniform(2 ** 16, 64))
  })

  test('of the hot ones, nine in ten (and a few of the rest) fall into a tenth of the pages', () => {
    const pages = 10_000
    const hot = hotTenth(2 ** 16, pages)
    const share = hot.filter(page => page >= 5000 && page < 6000).length / hot.length
    assert.ok(share > 0.9 && share < 0.92, `${share}`)
    assert.ok(hot.every(page => page < pages))
    const scattered = hotTenth(2 ** 16, pages, true)
    const tenths = scattered.filter(page => page % 10 === 0).length / scattered.length
    assert.ok(tenths > 0.9 && tenths < 0.92, `${tenths}`)
  })

  test('each is written into one file, which goes when the run ends', () => {
    const pages = sweep(4)
    const files = new SequenceFiles()
    const path = files.pathOf(pages)
    assert.equal(files.pathOf(pages), path)
    assert.notEqual(files.pathOf(sweep(4)), path)
    assert.deepEqual([...readFileSync(path)], [0, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0])
    files[Symbol.dispose]()
    assert.ok(!existsSync(path))
  })
})
