import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Given } from '../../bench/peers/serve.js'
import { formatAnswer, formatError, formatPrepare, formatRun, parseAnswer } from '../../bench/protocol.js'

describe('the lines between harness and contestants', () => {
  test('a case is prepared with arguments, which may hold spaces', () => {
    const [word, name, ...rest] = formatPrepare('map', { path: '/tmp/a b=c', write: 1 }).split('\t')
    assert.deepEqual([word, name], ['prepare', 'map'])
    const given = new Given(rest)
    assert.equal(given.text('path'), '/tmp/a b=c')
    assert.equal(given.number('write'), 1)
    assert.equal(given.number('mappings', 8), 8)
    assert.throws(() => given.text('pages'), /pages= is missing/)
  })

  test('a run is answered with numbers', () => {
    assert.equal(formatRun(1000), 'run\t1000')
    assert.deepEqual(
      [...parseAnswer(formatAnswer({ ns: 12.5, misses: 3 }))],
      [
        ['ns', '12.5'],
        ['misses', '3'],
      ],
    )
  })

  test('a complaint is one line, and thrown', () => {
    assert.throws(() => parseAnswer(formatError(new Error('no\n  memory'))), /^Error: no memory$/)
    assert.throws(() => parseAnswer('Segmentation fault'), /it answered 'Segmentation fault'/)
  })
})
