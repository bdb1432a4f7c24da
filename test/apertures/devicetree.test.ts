import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { deviceTreeNodes, devicetree } from '#io-mapping/apertures/device-tree/devicetree.js'
import { FakeDeviceTree } from '../support/device-tree.js'
import { throwsCode } from '../support/errors.js'

/** A board as one meets them: a bus behind a bus, registers above 4 GiB, RAM, and what is on no bus of the processor's. */
const board = (): FakeDeviceTree => {
  const tree = new FakeDeviceTree()
  tree.add('/', { '#address-cells': [2], '#size-cells': [2], model: 'A board' })
  tree.add('/aliases', { serial0: '/soc/serial@1000', gone: '/soc/serial@5000', i2c0: '/soc/i2c@3000' })
  tree.add('/memory@0', { device_type: 'memory', reg: [0, 0, 0, 0x40000000] })
  tree.add('/reserved-memory', { '#address-cells': [2], '#size-cells': [2], ranges: [] })
  tree.add('/reserved-memory/frame@100000', { reg: [0, 0x100000, 0, 0x1000] })
  tree.add('/cpus', { '#address-cells': [1], '#size-cells': [0] })
  tree.add('/cpus/cpu@0', { reg: [0] })
  tree.add('/soc', {
    ...{ '#address-cells': [1], '#size-cells': [1] },
    ranges: [0x7e000000, 0, 0xfe000000, 0x1000000, 0, 0x4, 0x0, 0x8000],
  })
  tree.add('/soc/serial@1000', {
    compatible: ['arm,pl011', 'arm,primecell'],
    reg: [0x1000, 0x200],
    status: 'okay',
  })
  tree.add('/soc/i2c@3000', {
    ...{ '#address-cells': [1], '#size-cells': [0], reg: [0x3000, 0x100], status: 'disabled' },
  })
  tree.add('/soc/i2c@3000/sensor@48', { compatible: 'ti,tmp102', reg: [0x48] })
  tree.add('/soc/bus@7e100000', {
    ...{ '#address-cells': [1], '#size-cells': [1], ranges: [0, 0x7e100000, 0x10000] },
  })
  tree.add('/soc/bus@7e100000/gpu@2000', {
    compatible: 'brcm,gpu',
    reg: [0x2000, 0x1000, 0x8000, 0x80, 0x20000, 0x10],
    'reg-names': ['core', 'hub'],
  })
  tree.add('/pcie@10000000', {
    ...{
      '#address-cells': [3],
      '#size-cells': [2],
      device_type: 'pci',
      reg: [0x40, 0x10000000, 0, 0x10000000],
    },
    ranges: [0x2000000, 0, 0x10000000, 0, 0x10000000, 0, 0x1000000],
  })
  tree.add('/pcie@10000000/wifi@0,0', { reg: [0x10000, 0, 0, 0, 0] })
  tree.add('/soc/serial@2000', { reg: [0x2000, 0x200] })
  return tree
}

describe('deviceTreeNodes', () => {
  test('are those that the processor can address, translated through the buses above; no RAM', () => {
    using tree = board()
    assert.deepEqual(
      deviceTreeNodes(tree.root).map(({ path, ranges }) => [
        path,
        ...ranges.map(({ index, name, base, size }) => [index, name, base, size]),
      ]),
      [
        ['/pcie@10000000', [0, undefined, 0x4010000000, 0x10000000]],
        ['/soc/bus@7e100000/gpu@2000', [0, 'core', 0xfe102000, 0x1000], [1, 'hub', 0xfe108000, 0x80]],
        ['/soc/i2c@3000', [0, undefined, 0x400003000, 0x100]],
        ['/soc/serial@1000', [0, undefined, 0x400001000, 0x200]],
        ['/soc/serial@2000', [0, undefined, 0x400002000, 0x200]],
      ],
    )
  })

  test('tell what they are, by which names, and whether they are wired', () => {
    using tree = board()
    const { name, compatible, status, aliases } = devicetree('serial@1000', tree.root)
    assert.deepEqual(
      { name, compatible, status, aliases },
      {
        name: 'serial@1000',
        compatible: ['arm,pl011', 'arm,primecell'],
        status: 'okay',
        aliases: ['serial0'],
      },
    )
    assert.equal(devicetree('i2c0', tree.root).status, 'disabled')
    const unmarked = devicetree('serial@2000', tree.root)
    assert.deepEqual([unmarked.status, unmarked.compatible, unmarked.aliases], ['okay', [], []])
  })

  test('a device on a bus that is disabled is, too', () => {
    using tree = board()
    tree.add('/soc/bus@7e100000', { status: 'disabled' })
    assert.equal(devicetree('gpu', tree.root).status, 'disabled')
  })

  test('are none where there is no tree', () => {
    assert.deepEqual(deviceTreeNodes('/nonexistent'), [])
  })

  test('a cell count that a bus leaves out is that of the bus above, as the kernel has it', () => {
    using tree = new FakeDeviceTree()
    tree.add('/', { '#address-cells': [2], '#size-cells': [1] })
    tree.add('/bus', { ranges: [] })
    tree.add('/bus/uart@1', { reg: [1, 0x2000, 0x100] })
    assert.deepEqual(devicetree('uart', tree.root).ranges, [
      { index: 0, name: undefined, base: 0x100002000, size: 0x100 },
    ])
  })

  test('an empty name is one: those behind it are of the ranges that they stand for', () => {
    using tree = new FakeDeviceTree()
    tree.add('/', { '#address-cells': [1], '#size-cells': [1] })
    tree.add('/timer@1000', { reg: [0x1000, 0x100, 0x2000, 0x100], 'reg-names': ['', 'regs'] })
    assert.equal(devicetree('timer', tree.root).reg('regs').base, 0x2000)
  })

  test('what a broken tree says is not addressed: half an entry, 2^64, a range of nothing, cells without number', () => {
    using tree = new FakeDeviceTree()
    tree.add('/', { '#address-cells': [2], '#size-cells': [2] })
    tree.add('/half@0', { reg: [0, 0x1000, 0, 0x1000, 0, 0x2000] })
    tree.add('/far@0', { reg: [0xffffffff, 0xfffff000, 0, 0x1000] })
    tree.add('/none@0', { reg: [0, 0x1000, 0, 0] })
    tree.add('/wild', { '#address-cells': [0xffffffff], '#size-cells': [0xffffffff], ranges: [] })
    tree.add('/wild/x@0', { reg: [1, 2, 3, 4, 5, 6, 7, 8, 9] })
    tree.add('/wide', { '#address-cells': [5], '#size-cells': [1], ranges: [] })
    tree.add('/wide/z@0', { reg: [0, 0, 0, 0, 0x1000, 0x100] })
    tree.write('/short/#address-cells', new Uint8Array(2))
    tree.write('/short/ranges', new Uint8Array(0))
    tree.add('/short/y@0', { reg: [0, 0x3000, 0, 0x10] })
    assert.deepEqual(
      deviceTreeNodes(tree.root).map(({ path, ranges }) => [path, ...ranges.map(({ base }) => base)]),
      [
        ['/half@0', 0x1000],
        ['/short/y@0', 0x3000],
      ],
    )
  })
})

describe('devicetree', () => {
  for (const name of ['serial@1000', 'serial0', '/soc/serial@1000']) {
    test(`finds a device by ${name}`, () => {
      using tree = board()
      assert.equal(devicetree(name, tree.root).path, '/soc/serial@1000')
    })
  }

  test('finds one by what stands before its address, if there is one alone', () => {
    using tree = board()
    assert.equal(devicetree('gpu', tree.root).path, '/soc/bus@7e100000/gpu@2000')
    throwsCode(
      'ERR_IO_ARGUMENT',
      "A device tree’s node is 'serial'; it must be the full path of one, since it may be /soc",
      () => devicetree('serial', tree.root),
    )
  })

  const missing: [string, RegExp][] = [
    ['serial@9', /it has \/soc\/serial@1000, \/soc\/serial@2000$/],
    ['uart@1000', /it has \/soc\/serial@1000$/],
    ['/soc/nothing@7', /'iomap list' shows the devices it has$/],
    ['gone', /no node 'gone', which is an alias of \/soc\/serial@5000; it has \/soc\/serial@1000/],
    ['/soc/../soc/serial@1000', /no node/],
    ['/soc/serial@1000/', /no node/],
    ['/soc/serial@1000/reg', /no node/],
  ]
  for (const [name, remedy] of missing) {
    test(`ERR_IO_NO_APERTURE: ${name}`, () => {
      using tree = board()
      const { message } = throwsCode('ERR_IO_NO_APERTURE', 'The device tree has no node', () =>
        devicetree(name, tree.root),
      )
      assert.match(message, remedy)
    })
  }

  test('ERR_IO_NO_APERTURE where there is no device tree', () => {
    throwsCode('ERR_IO_NO_APERTURE', 'This machine has no device tree (/nonexistent);', () =>
      devicetree('serial0', '/nonexistent'),
    )
  })

  test('ERR_IO_ARGUMENT for what is no name', () => {
    for (const wrong of ['', 7, null])
      throwsCode('ERR_IO_ARGUMENT', 'A device tree’s node is', () => devicetree(wrong as string))
  })
})

describe('reg', () => {
  test('is an aperture, uncached, at the bus address', () => {
    using tree = board()
    const gpu = devicetree('gpu@2000', tree.root)
    const seen = [gpu.reg(), gpu.reg(1), gpu.reg('hub')].map(({ name, base, size, memoryTypes }) => [
      name,
      base,
      size,
      ...memoryTypes,
    ])
    assert.deepEqual(seen, [
      ['devicetree:/soc/bus@7e100000/gpu@2000', 0xfe102000, 0x1000, 'uncached'],
      ['devicetree:/soc/bus@7e100000/gpu@2000#1', 0xfe108000, 0x80, 'uncached'],
      ['devicetree:/soc/bus@7e100000/gpu@2000#1', 0xfe108000, 0x80, 'uncached'],
    ])
  })

  test('ERR_IO_NO_APERTURE for one that is not there, or not addressed', () => {
    using tree = board()
    const refused = (node: string, which: number | string, start: string) =>
      throwsCode('ERR_IO_NO_APERTURE', start, () => devicetree(node, tree.root).reg(which))
    refused(
      'gpu',
      2, // its bus has no such address
      'devicetree:/soc/bus@7e100000/gpu@2000 has no reg 2 that',
    )
    refused('gpu', 'memory', "devicetree:/soc/bus@7e100000/gpu@2000 has no reg 'memory'")
    refused('sensor@48', 0, 'devicetree:/soc/i2c@3000/sensor@48 has no reg 0 that')
  })

  test('ERR_IO_ARGUMENT for what is no number and no name', () => {
    using tree = board()
    for (const wrong of [-1, 0.5, null, {}])
      throwsCode('ERR_IO_ARGUMENT', 'The reg of devicetree:/soc/serial@1000 is', () =>
        devicetree('serial0', tree.root).reg(wrong as number),
      )
  })
})
