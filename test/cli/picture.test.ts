import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { shorten } from '../../src/cli/demo/card.js'
import { drawCard, drawFrames, insetArea, PICTURE } from '../../src/cli/demo/picture.js'
import { textWidth } from '../../src/cli/demo/text.js'

const { width, height } = PICTURE
const LABELS = { aperture: 'memory:256M', memoryType: 'write-back', strategy: 'permanent', pages: 768 }
const card = drawCard(width, height, LABELS)
const pixel = (x: number, y: number) => (card[y * width + x] ?? 0) & 0xffffff

test('it is the same picture wherever it is drawn', () => {
  const hash = createHash('sha256').update(Buffer.from(card.buffer)).digest('hex')
  // A change of the picture changes this: look at demo.png, then take the new one.
  assert.equal(hash, 'cef609091180f91de35ba5be9f4705895f07dbe5979a524ffa30ac88745302c0')
})

test("it has SMPTE's bars in their order", () => {
  const bars = [0, 1, 2, 3, 4, 5, 6].map(i => pixel(192 + Math.floor((i + 0.5) * (640 / 7)), 300))
  assert.deepEqual(bars, [0xbfbfbf, 0xbfbf00, 0x00bfbf, 0x00bf00, 0xbf00bf, 0xbf0000, 0x0000bf])
})

test('every pixel is opaque', () => {
  assert.ok(card.every(each => each >>> 24 === 0xff))
})

test('it says what it is given, and only that differs', () => {
  const other = drawCard(width, height, { ...LABELS, aperture: 'pci:0000:00:02.0/0' })
  const rows = new Set<number>()
  card.forEach((each, i) => {
    if (each !== other[i]) rows.add(Math.floor(i / width))
  })
  assert.ok(rows.size > 10, 'the name is drawn')
  assert.ok(Math.min(...rows) > 170 && Math.max(...rows) < 200, 'and nothing else is')
})

test('the inset lies in its area, and all else is drawn before it', () => {
  const { ground } = drawFrames(width, height, LABELS)
  const area = insetArea(width, height)
  let differ = 0
  card.forEach((each, i) => {
    if (each === ground[i]) return
    differ++
    const [x, y] = [i % width, Math.floor(i / width)]
    assert.ok(x >= area.left && x < area.left + area.width && y >= area.top && y < area.top + area.height)
  })
  assert.ok(differ > 30_000)
})

test('a name that is too long loses its middle, not its ends', () => {
  const path = `file:/dev/shm/${'long-'.repeat(30)}name`
  const short = shorten(path, 14, 420)
  assert.match(short, /^file:\/dev.*….*name$/)
  assert.ok(textWidth(short, 14) <= 420)
  assert.equal(shorten('memory:256M', 14, 420), 'memory:256M')
})

test('characters that the font lacks are all drawn as the same box', () => {
  const draw = (aperture: string) => drawCard(width, height, { ...LABELS, aperture })
  assert.deepEqual(draw('file:/tmp/日本'), draw('file:/tmp/§¶'))
  assert.notDeepEqual(draw('file:/tmp/日本'), draw('file:/tmp/日'))
})
