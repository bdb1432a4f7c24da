import assert from 'node:assert/strict'
import { existsSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { decode } from 'fast-png'
import { IoMapping } from 'io-mapping'
import { checkPixels } from '../../src/cli/demo/check.js'
import { drawCard, drawFrames, PICTURE } from '../../src/cli/demo/picture.js'
import { drawHeld, drawPages, pageCount, readBack } from '../../src/cli/demo/surface.js'
import { iomap, temporaryFolder } from './iomap.js'

const { width, height } = PICTURE
const folder = temporaryFolder()
const LABELS = { aperture: 'memory:256M', memoryType: 'write-back', strategy: 'permanent', pages: 768 }

const pixelsOf = (path: string): Uint32Array => {
  const picture = decode(readFileSync(path))
  assert.deepEqual([picture.width, picture.height, picture.channels], [width, height, 3])
  return Uint32Array.from({ length: width * height }, (_, i) => {
    const [red = 0, green = 0, blue = 0] = picture.data.subarray(i * 3, i * 3 + 3)
    return 0xff000000 | (red << 16) | (green << 8) | blue
  })
}

test('it draws the picture, saves it as demo.png, and tells of it', async () => {
  const { code, stdout, stderr } = await iomap(['demo'], folder)
  assert.deepEqual({ code, stderr }, { code: 0, stderr: '' })
  for (const row of [
    /^A 1024 x 768 picture, drawn at offset 0x0 of memory:256M:$/m,
    /^ {2}memory type {3}write-back$/m,
    /^ {2}strategy {6}permanent$/m,
    /^ {2}pages mapped {2}768 to draw it once; [0-9,]{5,} maps in all, 0 still live$/m,
    /^ {2}atomic\(\) {6}[1-9][0-9,]* ns /m,
    /^ {2}map\(\) {9}[1-9][0-9,]* ns .*; 6 windows held across an await$/m,
    /^ {2}written {7}[1-9][0-9,]* MB\/s$/m,
    /^ {2}read back {5}[1-9][0-9,]* MB\/s$/m,
    /^ {2}checked {7}786,432 pixels, all as drawn$/m,
    /^Wrote demo\.png: /m,
    /^Next: iomap list /m,
  ]) {
    assert.match(stdout, row)
  }
  assert.deepEqual(pixelsOf(join(folder, 'demo.png')), drawCard(width, height, LABELS))
})

test('a file holds the picture afterwards, at the offset that was asked for, and image takes it', async () => {
  const card = join(folder, 'card')
  writeFileSync(card, '')
  truncateSync(card, 4 * 1024 ** 2)
  const png = join(folder, 'card.png')
  const words = ['demo', '--aperture', `file:${card}`, '--offset', '0x804', '--output', png, '--json']
  const { code, stdout } = await iomap(words)
  assert.equal(code, 0)
  const result = JSON.parse(stdout)
  assert.deepEqual(
    { ...result, maps: 0, atomicNanoseconds: 0, mapNanoseconds: 0 },
    {
      ...{ aperture: `file:${card}`, memoryType: 'write-back', strategy: 'permanent', offset: 0x804 },
      ...{ width, height, pages: 769, heldWindows: 6, maps: 0, live: 0 },
      ...{ atomicNanoseconds: 0, mapNanoseconds: 0, checkedPixels: width * height, output: png },
      writtenBytesPerSecond: result.writtenBytesPerSecond,
      readBytesPerSecond: result.readBytesPerSecond,
    },
  )
  assert.ok(result.writtenBytesPerSecond > 1e6 && result.readBytesPerSecond > 1e6)

  const expected = drawCard(width, height, { ...LABELS, aperture: `file:${card}`, pages: 769 })
  const held = readFileSync(card)
  assert.ok(held.subarray(0x804, 0x804 + width * height * 4).equals(Buffer.from(expected.buffer)))
  assert.ok(held.subarray(0, 0x804).every(each => each === 0))
  assert.ok(held.subarray(0x804 + width * height * 4).every(each => each === 0))

  const taken = join(folder, 'taken.png')
  await iomap(['image', `file:${card}`, '--size', '1024x768', '--offset', '0x804', '--output', taken])
  assert.deepEqual(pixelsOf(taken), expected)
})

test('an aperture that is too small is refused, and nothing is written', async () => {
  const { code, stderr } = await iomap([
    'demo',
    '--aperture',
    'memory:2M',
    '--output',
    join(folder, 'none.png'),
  ])
  assert.equal(code, 1)
  assert.equal(
    stderr,
    'iomap: the picture takes 3M (1024 x 768 pixels, 4 bytes each) at offset 0x0, and memory:2M has 2M\n',
  )
  assert.ok(!existsSync(join(folder, 'none.png')))
})

test('every page is mapped once, and the held windows are held across an await', async () => {
  using mapping = IoMapping.createWc('memory:4M')
  const surface = { mapping, offset: 0, ...PICTURE }
  const { ground, card } = drawFrames(width, height, LABELS)
  drawPages(surface, ground)
  assert.equal(mapping.stats.maps, pageCount(surface))
  assert.equal(pageCount(surface), 768)

  const drawn = drawHeld(surface, card)
  assert.equal(mapping.stats.live, 6)
  assert.equal(await drawn, 6)
  assert.equal(mapping.stats.live, 0)
  const found = new Uint32Array(card.length)
  readBack(surface, found)
  assert.deepEqual(found, card)
})

test('a pixel that is not as drawn fails loudly', () => {
  using mapping = IoMapping.createWc('memory:4M')
  const surface = { mapping, offset: 0x1000, ...PICTURE }
  const drawn = new Uint32Array(width * height).fill(0xff123456)
  drawPages(surface, drawn)
  const found = new Uint32Array(drawn.length)
  readBack(surface, found)
  checkPixels(surface, drawn, found)

  using window = mapping.map(0x1000 + (5 * width + 7) * 4, 8)
  window.write32(0, 0xff123457)
  window.write32(4, 0)
  readBack(surface, found)
  assert.throws(() => checkPixels(surface, drawn, found), {
    message:
      'the memory does not hold what was drawn: 2 of 786432 pixels differ, the first at x 7, y 5 (offset 0x601c): ' +
      'drawn 0xff123456, read 0xff123457',
  })
})
