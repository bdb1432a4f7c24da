import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { readResourceTree, resourcesAt, whyClaimed } from '#io-mapping/apertures/resource-tree.js'
import { throwsCode } from '../support/errors.js'
import { TempFolder } from '../support/files.js'

// As a Raspberry Pi's and an arm64 guest's have it; a name may be missing, or have a colon.
const TEXT = `09000000-09000fff : pl011@9000000
  09000000-09000fff : 9000000.pl011 pl011@9000000
10000000-3efeffff : pcie@10000000
  10000000-10ffffff : 0000:00:02.0
    10000000-100fffff : bochs : vram
  11000000-110fffff : 0000:00:03.0
40000000-bfffffff : System RAM
  40210000-4185ffff : Kernel code
8000000000-ffffffffff :${' '}
`

const withIomem = <T>(text: string, body: (path: string) => T): T => {
  using folder = new TempFolder()
  folder.write('iomem', text)
  return body(join(folder.path, 'iomem'))
}

describe('the resource tree', () => {
  test('has names, ranges and nesting', () => {
    const tree = withIomem(TEXT, readResourceTree)
    assert.deepEqual(
      tree.map(({ name, children }) => [name, children.length]),
      [
        ['pl011@9000000', 1],
        ['pcie@10000000', 2],
        ['System RAM', 1],
        ['', 0],
      ],
    )
    const card = tree[1]?.children[0]
    assert.deepEqual(card, {
      name: '0000:00:02.0',
      base: 0x10000000,
      size: 0x1000000,
      children: [{ name: 'bochs : vram', base: 0x10000000, size: 0x100000, children: [] }],
    })
    assert.deepEqual([tree[3]?.base, tree[3]?.size], [0x8000000000, 0x8000000000])
  })

  test('what a range touches, each before what lies within it', () => {
    const names = (base: number, size: number) =>
      resourcesAt(withIomem(TEXT, readResourceTree), base, size).map(({ name }) => name)
    assert.deepEqual(names(0x10800000, 4), ['pcie@10000000', '0000:00:02.0'])
    assert.deepEqual(names(0x10fffff0, 0x20), ['pcie@10000000', '0000:00:02.0', '0000:00:03.0'])
    assert.deepEqual(names(0x09000fff, 1), ['pl011@9000000', '9000000.pl011 pl011@9000000'])
    assert.deepEqual(names(0x09001000, 0x1000), [])
    assert.deepEqual(names(0x8fff000, 0x1000), [])
  })

  test('ERR_IO_ACCESS where all addresses are zeros, as for everyone but root', () => {
    const hidden = TEXT.replace(/^( *)[0-9a-f]+-[0-9a-f]+/gm, '$100000000-00000000')
    throwsCode('ERR_IO_ACCESS', 'The kernel shows no addresses in ', () =>
      withIomem(hidden, readResourceTree),
    )
  })

  test('ERR_IO_ACCESS where there is none', () => {
    const { message } = throwsCode('ERR_IO_ACCESS', '/nonexistent, the kernel', () =>
      readResourceTree('/nonexistent'),
    )
    assert.match(message, /can't be read \(ENOENT from open\): is \/proc mounted\?$/)
  })

  test('a line that is indented by half a step lies where the whole steps say', () => {
    const [first, second] = withIomem('00-ff : a\n 00-0f : b\n   00-01 : c\n', readResourceTree)
    assert.deepEqual([first?.name, second?.name, second?.children[0]?.name], ['a', 'b', 'c'])
  })

  test('is empty where a system has nothing', () => {
    assert.deepEqual(withIomem('', readResourceTree), [])
  })
})

test('why a range is refused names the RAM, or what has claimed it; without root, both are possible', () => {
  const why = (base: number) => withIomem(TEXT, path => whyClaimed(base, 0x1000, path))
  assert.match(why(0x50000000), /^it is RAM: 'System RAM' \(0x40000000 to 0xbfffffff in \/proc\/iomem\)$/)
  assert.match(
    why(0x9000000),
    /is claimed: the kernel has it as '9000000.pl011 pl011@9000000' \(0x9000000 to .*if that is a driver's.*iomem=relaxed$/,
  )
  const hotplugged = withIomem(TEXT.replace('System RAM', 'System RAM (virtio_mem)'), path =>
    whyClaimed(0x50000000, 1, path),
  )
  assert.match(hotplugged, /^it is RAM: 'System RAM \(virtio_mem\)'/)
  assert.match(why(0x5000000), /^it is RAM, or a driver has claimed it/)
  assert.match(whyClaimed(0, 1, '/nonexistent'), /^it is RAM, or a driver has claimed it/)
})
