import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { decode } from 'fast-png'
import { iomap, noise, temporaryFolder } from './iomap.js'

const folder = temporaryFolder()
const card = join(folder, 'card')
const png = join(folder, 'out.png')
const bytes = Buffer.from(noise(200_000))
writeFileSync(card, bytes)

const image = async (...words: string[]) => {
  const result = await iomap(['image', `file:${card}`, '--output', png, ...words])
  assert.equal(result.code, 0, result.stderr)
  return decode(readFileSync(png))
}

test('a framebuffer becomes a PNG, pixel by pixel', async () => {
  const { width, height, channels, depth, data } = await image('--size', '100x75')
  assert.deepEqual({ width, height, channels, depth }, { width: 100, height: 75, channels: 3, depth: 8 })
  for (let i = 0; i < 100 * 75; i++) {
    const [blue, green, red] = bytes.subarray(i * 4, i * 4 + 3)
    assert.deepEqual([...data.subarray(i * 3, i * 3 + 3)], [red, green, blue])
  }
})

test('--offset and --stride say where its rows are', async () => {
  const options = ['--size', '33x20', '--offset', '0x101', '--stride', '1K', '--format', 'gray8']
  const { channels, data } = await image(...options)
  assert.equal(channels, 1)
  for (let y = 0; y < 20; y++) {
    const row = bytes.subarray(0x101 + y * 1024, 0x101 + y * 1024 + 33)
    assert.deepEqual([...data.subarray(y * 33, (y + 1) * 33)], [...row])
  }
})

test('alpha becomes transparency', async () => {
  const { channels, data } = await image('--size', '5x1', '--format', 'abgr8888')
  assert.equal(channels, 4)
  assert.deepEqual([...data], [...bytes.subarray(0, 20)])
})

test('the last row may end where the aperture does', async () => {
  const { height } = await image(
    '--size',
    '100x50',
    '--stride',
    '4000',
    '--offset',
    String(200_000 - 196_400),
  )
  assert.equal(height, 50)
  const { code, stderr } = await iomap([
    ...['image', `file:${card}`, '--output', png, '--size', '100x50', '--stride', '4000'],
    ...['--offset', String(200_000 - 196_400 + 1)],
  ])
  assert.equal(code, 1)
  assert.match(stderr, /^iomap: ERR_IO_RANGE: image: .*\n$/)
})

test('it says what it wrote', async () => {
  const { code, stdout, stderr } = await iomap([
    'image',
    'memory:1M',
    '--size',
    '8x8',
    '--wc',
    '--output',
    png,
  ])
  assert.deepEqual(
    { code, stdout, stderr },
    { code: 0, stdout: '', stderr: `wrote 8 x 8 pixels of memory:1M to ${png}\n` },
  )
})
