import assert from 'node:assert/strict'
import { closeSync, constants, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { type Aperture, IoMapping, PAGE_SIZE, parseAperture, uio, uioDevices } from 'io-mapping'
import { CONTAINER_MAX } from '#io-mapping/container/container.js'
import { rejectsCode, throwsCode } from '../support/errors.js'
import { pattern } from '../support/rig.js'
import { FAKE_BUS, FakeSysfs, PORTS_BAR } from '../support/sysfs.js'
import { countTo, FakeUioTree } from '../support/uio.js'
import { needs64 } from '../support/widths.js'

const MAPS = [
  { name: 'regs', addr: FAKE_BUS, size: 2 * PAGE_SIZE },
  { addr: FAKE_BUS + 0x10000, size: PAGE_SIZE, offset: 0x40 },
  { name: 'small', addr: FAKE_BUS + 0x20000, size: 0x20 },
  { name: 'kernel’s', addr: 2 ** 63, size: PAGE_SIZE },
]
const BYTES = pattern(16 * PAGE_SIZE)

const withCard = (body: (tree: FakeUioTree) => void): void => {
  using tree = new FakeUioTree()
  tree.add(0, { maps: MAPS })
  body(tree)
}

describe('a UIO device', () => {
  test('by its number, its node’s name, or what its driver calls it', () => {
    using tree = new FakeUioTree()
    tree.add(0, { name: 'card' })
    tree.add(10, { name: 'other' })
    tree.add(2, { name: 'third' })
    for (const which of [10, 'uio10', 'other']) {
      const { index, name, version } = uio(which, tree.root)
      assert.deepEqual([index, name, version], [10, 'other', '0.1'])
    }
    assert.deepEqual(
      uioDevices(tree.root).map(({ index }) => index),
      [0, 2, 10],
    )
  })

  test('that is not there: which there are, or how to have one', () => {
    using tree = new FakeUioTree()
    const refused = (which: number | string) =>
      throwsCode('ERR_IO_NO_APERTURE', 'There is no UIO device', () => uio(which, tree.root)).message
    assert.match(refused(0), /device 0 here; there are none: bind a UIO driver.*uio_pci_generic/)
    tree.add(3, { name: 'card' })
    assert.match(refused(0), /device 0 here; those there are: 3 \('card'\)$/)
    assert.match(refused('gone'), /device 'gone' here/)
    tree.add(4, { name: 'card' })
    throwsCode('ERR_IO_ARGUMENT', 'A UIO device', () => uio('card', tree.root))
    for (const wrong of [-1, 0.5, '', null, undefined] as never[])
      throwsCode('ERR_IO_ARGUMENT', 'A UIO device', () => uio(wrong, tree.root))
    assert.deepEqual(uioDevices({ sys: join(tree.root.sys, 'nowhere'), dev: tree.root.dev }), [])
  })

  test('that was removed meanwhile', () =>
    withCard(tree => {
      const card = uio(0, tree.root)
      const aperture = card.map(0)
      tree.remove(0)
      throwsCode('ERR_IO_NO_APERTURE', "The name of uio:0 can't be read", () => card.name)
      throwsCode('ERR_IO_NO_APERTURE', "uio:0/0 can't be mapped", () => IoMapping.create(aperture))
      assert.deepEqual(card.maps, [])
      throwsCode('ERR_IO_NO_APERTURE', 'uio:0 has', () => card.map(0))
      throwsCode('ERR_IO_NO_APERTURE', 'The event of uio:0', () => card.interrupts())
    }))
})

describe('its maps', () => {
  test('are what sysfs tells: a size counts from the offset in the first page', () =>
    withCard(tree => {
      assert.deepEqual(uio(0, tree.root).maps, [
        { index: 0, name: 'regs', base: FAKE_BUS, size: 2 * PAGE_SIZE, offset: 0 },
        { index: 1, name: '', base: FAKE_BUS + 0x10040, size: PAGE_SIZE - 0x40, offset: 0x40 },
        { index: 2, name: 'small', base: FAKE_BUS + 0x20000, size: 0x20, offset: 0 },
        { index: 3, name: 'kernel’s', base: undefined, size: PAGE_SIZE, offset: 0 },
      ])
    }))

  /** Whether a mapping's first bytes are those of the node's file from byte `at` on. */
  const liesAt = (at: number, aperture: Aperture): boolean => {
    using mapping = IoMapping.create(aperture)
    const copy = Buffer.alloc(Math.min(mapping.size, 64))
    mapping.map(0, copy.length).copyTo(copy)
    return copy.equals(BYTES.subarray(at, at + copy.length))
  }

  test('by number and by name, each from its own page', () =>
    withCard(tree => {
      const card = uio(0, tree.root)
      assert.equal(card.map('regs').name, 'uio:0/0')
      assert.ok(liesAt(0, card.map(0)))
      assert.ok(liesAt(PAGE_SIZE + 0x40, card.map(1)))
      assert.ok(liesAt(2 * PAGE_SIZE, card.map('small')))
      assert.ok(liesAt(PAGE_SIZE + 8, card.map(0).slice(PAGE_SIZE + 8, 64)))
      const { base, size } = card.map(1)
      assert.deepEqual([base, size], [FAKE_BUS + 0x10040, PAGE_SIZE - 0x40])
      assert.ok(card.map(3).base >= 2 ** 52, 'memory of the kernel’s has no bus address')
    }))

  test('are mapped from their start alone: which page is mapped tells the map', () =>
    withCard(tree => {
      const regs = uio(0, tree.root).map('regs')
      using mapping = IoMapping.create(regs)
      assert.deepEqual([mapping.strategy, mapping.size], ['permanent', 2 * PAGE_SIZE])
      assert.equal(mapping.map(PAGE_SIZE).read8(3), BYTES[PAGE_SIZE + 3])
      assert.equal(mapping.map(PAGE_SIZE).u8[3], BYTES[PAGE_SIZE + 3], 'and by views')
      using other = IoMapping.attach(mapping.share())
      assert.equal(other.map(PAGE_SIZE).u8[3], BYTES[PAGE_SIZE + 3], 'and in another thread')
      for (const strategy of ['slots', 'per-call'] as const)
        throwsCode('ERR_IO_ARGUMENT', 'options.strategy', () => IoMapping.create(regs, { strategy }))
    }))

  test('are laid into WebAssembly memories from their start alone', { skip: needs64('mapInto') }, () =>
    withCard(tree => {
      using mapping = IoMapping.create(uio(0, tree.root).map('regs'))
      const memory = new WebAssembly.Memory({ initial: 4, maximum: 4 })
      throwsCode('ERR_IO_RANGE', 'mapInto: ', () => mapping.mapInto(memory, 0, PAGE_SIZE, PAGE_SIZE))
      mapping.mapInto(memory, 0, 0, PAGE_SIZE)
      assert.equal(new Uint8Array(memory.buffer)[3], BYTES[3])
    }),
  )

  test('larger than one container holds are refused', () => {
    using tree = new FakeUioTree()
    tree.add(0, { maps: [{ addr: FAKE_BUS, size: CONTAINER_MAX + PAGE_SIZE }] })
    throwsCode('ERR_IO_ADDRESS_SPACE', 'The device can be mapped', () =>
      IoMapping.create(uio(0, tree.root).map(0)),
    )
  })

  test('that are not there, or wrong', () =>
    withCard(tree => {
      const card = uio(0, tree.root)
      const text = (which: never) =>
        throwsCode('ERR_IO_NO_APERTURE', 'uio:0 has no map', () => card.map(which)).message
      assert.match(text(4 as never), /no map 4; it has 0 \('regs'\), 1, 2 \('small'\), 3 \(/)
      assert.match(text('rags' as never), /no map 'rags'; it has/)
      for (const wrong of [null, undefined, {}, ''] as never[])
        throwsCode('ERR_IO_ARGUMENT', 'A map of uio:0', () => card.map(wrong))
    }))

  test('of one name: each by its number', () => {
    using tree = new FakeUioTree()
    tree.add(0, { maps: MAPS.map(map => ({ ...map, name: 'regs' })) })
    const card = uio(0, tree.root)
    const { message } = throwsCode('ERR_IO_ARGUMENT', 'A map of uio:0', () => card.map('regs'))
    assert.match(message, /is 'regs'; it must be the number of one: it has 0 \('regs'\), 1 \('regs'\)/)
    assert.equal(card.map(2).size, 0x20)
  })

  test('whose offset is in no page: its driver is named', () => {
    using tree = new FakeUioTree()
    tree.add(0, { maps: [{ addr: FAKE_BUS, size: 2 * PAGE_SIZE, offset: PAGE_SIZE }] })
    throwsCode('ERR_IO_NO_APERTURE', "uio:0/0 can't be mapped: its driver", () => uio(0, tree.root).map(0))
  })

  test('whose size is less than its offset: it counts from there, as the only way to have any', () => {
    using tree = new FakeUioTree()
    tree.add(0, { maps: [{ addr: FAKE_BUS, size: 0x10, offset: 0x20 }] })
    assert.deepEqual(
      uio(0, tree.root).maps.map(({ size, offset }) => [size, offset]),
      [[0x10, 0x20]],
    )
  })

  test('as text', () => {
    for (const text of ['uio:', 'uio:0', 'uio:0/', 'uio:/0'])
      throwsCode('ERR_IO_ARGUMENT', 'An aperture', () => parseAperture(text))
    for (const text of ['uio:123456/0', 'uio:no such/regs'])
      throwsCode('ERR_IO_NO_APERTURE', 'There is no UIO device', () => parseAperture(text))
  })
})

describe('its ports', () => {
  test('of a PCI BAR are those; others are byte by byte; what is no x86 port can’t be accessed', () => {
    using sysfs = new FakeSysfs()
    using tree = new FakeUioTree(sysfs.root)
    const address = '0000:00:07.0'
    sysfs.add(address, {
      command: 1,
      bars: { 1: { base: 0xc000, size: 32, flags: PORTS_BAR } },
      resources: { resource1: 32 },
    })
    tree.add(0, {
      device: sysfs.path(address),
      ports: [
        { name: 'bar', start: 0xc000, size: 32 },
        { start: 0x60, size: 5 },
        { name: 'pins', start: 0, size: 8, kind: 'port_gpio' },
      ],
    })
    const card = uio(0, tree.root)
    assert.deepEqual(card.ports[0], { index: 0, name: 'bar', start: 0xc000, size: 32, kind: 'x86' })
    throwsCode('ERR_IO_UNSUPPORTED', 'Ports 2 of uio:0', () => card.port('pins'))
    throwsCode('ERR_IO_NO_APERTURE', 'Ports 1 of uio:0', () => card.port(1)) // this /dev has no port
    throwsCode('ERR_IO_NO_APERTURE', 'uio:0 has no port 7', () => card.port(7))
    const ports = card.port('bar')
    assert.deepEqual([ports.length, card.pci?.address], [32, address])
    ports.write16(2, 0x1234)
    assert.equal(readFileSync(sysfs.path(address, 'resource1')).readUInt16LE(2), 0x1234)
  })
})

describe('its interrupts', () => {
  /** One of uio_pci_generic, and a way to count. */
  const withInterrupt = async (
    body: (all: {
      tree: FakeUioTree
      sysfs: FakeSysfs
      address: string
      count(total: number): void
    }) => unknown,
    command = 0x406,
  ): Promise<void> => {
    using sysfs = new FakeSysfs()
    using tree = new FakeUioTree(sysfs.root)
    const address = '0000:00:03.0'
    sysfs.add(address, { command, driver: 'uio_pci_generic' })
    tree.add(0, { event: 7, device: sysfs.path(address) })
    tree.makeCounter(0)
    const fd = openSync(tree.node(0), 'r+')
    try {
      await body({ tree, sysfs, address, count: total => countTo(fd, total) })
    } finally {
      closeSync(fd)
    }
  }

  test('count from when they were armed, modulo 2^32', () =>
    withInterrupt(async ({ tree, count }) => {
      using interrupt = uio(0, tree.root).interrupts()
      count(8)
      assert.equal(await interrupt.wait(), 1)
      count(12)
      assert.equal(await interrupt.wait(), 4)
      const next = interrupt.wait()
      await setTimeout(1)
      count(13)
      assert.equal(await next, 1)
      count(2 ** 32 - 1)
      await interrupt.wait()
      count(2)
      assert.equal(await interrupt.wait(), 3)
    }))

  test('end by a signal, also one that is aborted already', () =>
    withInterrupt(async ({ tree }) => {
      assert.throws(() => uio(0, tree.root).interrupts({ signal: AbortSignal.abort() }), {
        name: 'AbortError',
      })
      const controller = new AbortController()
      const interrupt = uio(0, tree.root).interrupts({ signal: controller.signal })
      const waiting = interrupt.wait()
      controller.abort()
      await assert.rejects(waiting, { name: 'AbortError' })
      throwsCode('ERR_IO_ARGUMENT', 'interrupts', () => uio(0, tree.root).interrupts({ signal: 5 } as never))
      throwsCode('ERR_IO_ARGUMENT', 'interrupts', () => uio(0, tree.root).interrupts({ timeout: 5 } as never))
    }))

  test('are let through by the INTx disable bit, where uio_pci_generic has set it: at first, and by each wait', () =>
    withInterrupt(async ({ tree, sysfs, address, count }) => {
      const command = () => readFileSync(sysfs.path(address, 'config')).readUInt16LE(4)
      const shut = () => {
        const config = readFileSync(sysfs.path(address, 'config'))
        config.writeUInt16LE(command() | 0x400, 4)
        writeFileSync(sysfs.path(address, 'config'), config)
      }
      using interrupt = uio(0, tree.root).interrupts()
      assert.equal(command(), 6)
      shut() // as the kernel does when it comes
      count(8)
      await interrupt.wait()
      assert.equal(command(), 0x406, 'the device may not have been told yet')
      const waiting = interrupt.wait()
      assert.equal(command(), 6)
      count(9)
      await waiting
      interrupt.mask()
      assert.equal(command(), 0x406)
      interrupt.unmask()
      assert.equal(command(), 6)
    }))

  test('closed while someone waits', () =>
    withInterrupt(async ({ tree }) => {
      const interrupt = uio(0, tree.root).interrupts()
      const waiting = rejectsCode('ERR_IO_INTERRUPT', 'wait: The interrupt of uio:0', interrupt.wait())
      interrupt.close()
      await waiting
    }))

  test('of a device whose event is no number', () => {
    using tree = new FakeUioTree()
    tree.add(0)
    tree.makeCounter(0)
    for (const event of ['', 'none', '-1', '1.5', '0x10', '4294967296']) {
      writeFileSync(join(tree.root.sys, 'class/uio/uio0/event'), event)
      throwsCode('ERR_IO_INTERRUPT', 'The event of uio:0 is ', () => uio(0, tree.root).interrupts())
    }
  })

  /** One of a driver whose gate is what is written to its node: a pipe, from which that comes as a count, too. */
  const withGate = async (body: (tree: FakeUioTree, fd: number) => unknown): Promise<void> => {
    using tree = new FakeUioTree()
    tree.add(0, { event: 7 })
    tree.makeCounter(0)
    const fd = openSync(tree.node(0), constants.O_RDWR | constants.O_NONBLOCK)
    try {
      await body(tree, fd)
    } finally {
      closeSync(fd)
    }
  }

  test('that came as it was opened are told', () =>
    withGate(async (tree, fd) => {
      countTo(fd, 9)
      using interrupt = uio(0, tree.root).interrupts()
      assert.equal(await interrupt.wait({ timeout: 1000 }), 2)
    }))

  test('whose gate fails: an IoMappingError tells', () =>
    withGate(async (tree, fd) => {
      using interrupt = uio(0, tree.root).interrupts()
      assert.equal(await interrupt.wait(), 2 ** 32 - 6) // the 1 that has opened it
      assert.throws(() => {
        for (;;) writeSync(fd, new Uint8Array(4096))
      }, /EAGAIN/)
      throwsCode('ERR_IO_ACCESS', "The interrupt of uio:0 can't be masked (EAGAIN", () => interrupt.mask())
      throwsCode('ERR_IO_ACCESS', "The interrupt of uio:0 can't be unmasked (EAGAIN", () =>
        interrupt.unmask(),
      )
      await rejectsCode('ERR_IO_ACCESS', "The interrupt of uio:0 can't be unmasked (EAGAIN", interrupt.wait())
      assert.equal(interrupt.closed, false)
    }))
})

test('ports that no x86 has are refused', () => {
  using tree = new FakeUioTree()
  const wrong = [
    { name: 'much', start: 0x300, size: Number.POSITIVE_INFINITY },
    { name: 'below', start: -1, size: 8 },
    { name: 'above', start: 0xfffc, size: 8 },
  ]
  tree.add(0, { ports: wrong })
  for (const { name } of wrong)
    assert.match(
      throwsCode('ERR_IO_NO_APERTURE', 'Ports ', () => uio(0, tree.root).port(name)).message,
      /its driver tells of/,
    )
})
