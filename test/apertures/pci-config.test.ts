import assert from 'node:assert/strict'
import fs, { chmodSync, readFileSync, rmSync, truncateSync } from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { describe, test } from 'node:test'
import { type IoAccess, type PciDevice, pci } from 'io-mapping'
import { PCI_EXPRESS, PCI_HEADER } from 'io-mapping/pci'
import { throwsCode } from '../support/errors.js'
import { systemCallError, withOpen } from '../support/patch.js'
import { FAKE_BUS, FakeSysfs, MEMORY_BAR, PORTS_BAR } from '../support/sysfs.js'
import { warningsOf } from '../support/warnings.js'

const ADDRESS = '0000:00:04.0'

/** A configuration space, with words of 32 bits at some offsets. */
const space = (words: Record<number, number> = {}, size = 4096): Buffer => {
  const bytes = Buffer.alloc(size)
  bytes.writeUInt32LE(0x00101b36, 0) // an nvme controller of QEMU's
  for (const [offset, word] of Object.entries(words)) bytes.writeUInt32LE(word >>> 0, Number(offset))
  return bytes
}

const withSpace = (config: Uint8Array, body: (device: PciDevice, sysfs: FakeSysfs) => void): void => {
  using sysfs = new FakeSysfs()
  sysfs.add(ADDRESS, { config })
  body(pci(ADDRESS, sysfs.root), sysfs)
}

/** The calls of readSync and writeSync that `body` makes: which, how wide, where. */
const fileCalls = (body: () => void): string[] => {
  const calls: string[] = []
  const { readSync, writeSync } = fs
  const watch = (name: string, original: (...all: never[]) => unknown) =>
    ((...all: never[]) => {
      calls.push(`${name} ${all[3]} at ${all[4]}`)
      return original(...all)
    }) as never
  fs.readSync = watch('read', readSync as never)
  fs.writeSync = watch('write', writeSync as never)
  syncBuiltinESMExports()
  try {
    body()
  } finally {
    Object.assign(fs, { readSync, writeSync })
    syncBuiltinESMExports()
  }
  return calls
}

describe('the configuration space', () => {
  test('is accessed by one pread or pwrite of the width', () =>
    withSpace(space({ 16: 0x12345678 }), ({ config }) => {
      const calls = fileCalls(() => {
        assert.equal(config.read8(0x11), 0x56)
        assert.equal(config.read16(0x12), 0x1234)
        assert.equal(config.read32(0x10), 0x12345678)
        config.write8(0x14, 0xab)
        config.write16(0x16, -2)
        config.write32(0x18, 0xdeadbeef)
      })
      const expected = ['read 1 at 17', 'read 2 at 18', 'read 4 at 16']
      assert.deepEqual(calls, [...expected, 'write 1 at 20', 'write 2 at 22', 'write 4 at 24'])
    }))

  test('keeps what is written, in the order of bytes that PCI has', () =>
    withSpace(space(), (device, sysfs) => {
      device.config.write32(0x10, 0x11223344)
      device.config.write16(0x14, 0x5566)
      const bytes = readFileSync(sysfs.path(ADDRESS, 'config')).subarray(0x10, 0x16)
      assert.deepEqual([...bytes], [0x44, 0x33, 0x22, 0x11, 0x66, 0x55])
    }))

  for (const size of [256, 4096]) {
    test(`has ${size} bytes, as the system says`, () =>
      withSpace(space({ [size - 4]: 0x87654321 }, size), ({ config }) => {
        assert.equal(config.length, size)
        assert.equal(config.read32(size - 4), 0x87654321)
        throwsCode('ERR_IO_RANGE', 'read8: ', () => config.read8(size))
        throwsCode('ERR_IO_RANGE', 'write16: ', () => config.write16(size, 0))
        throwsCode('ERR_IO_ALIGN', 'read32: ', () => config.read32(2))
      }))
  }

  test('ERR_IO_WIDTH: 64 bits; a copy takes 32 at most', () =>
    withSpace(space({ 64: 0x11223344, 68: 0x55667788 }), ({ config }) => {
      throwsCode('ERR_IO_WIDTH', 'read64: ', () => config.read64(0x40))
      throwsCode('ERR_IO_WIDTH', 'write64: ', () => config.write64(0x40, 1n))
      throwsCode('ERR_IO_WIDTH', 'copyTo: ', () => config.copyTo(new Uint8Array(8), { width: 8 }))
      const bytes = Buffer.alloc(7)
      const calls = fileCalls(() => config.copyTo(bytes, { offset: 0x41, length: 7 }))
      assert.deepEqual(calls, ['read 1 at 65', 'read 2 at 66', 'read 4 at 68'])
      assert.equal(bytes.toString('hex'), '33221188776655')
    }))

  test('others than root see the first 64 bytes: beyond, a clear error', () =>
    withSpace(space(), (device, sysfs) => {
      const { config } = device
      truncateSync(sysfs.path(ADDRESS, 'config'), 64)
      assert.equal(config.read16(0x3e), 0)
      const { message } = throwsCode('ERR_IO_ACCESS', 'read16: nothing is to be read at offset 0x40 of', () =>
        config.read16(0x40),
      )
      assert.match(message, /pci:0000:00:04\.0: .*all but the first 64 bytes to root alone/)
    }))

  test('others than root write none: a clear error, and nothing is tried', () =>
    withSpace(space(), (device, sysfs) => {
      const path = sysfs.path(ADDRESS, 'config')
      chmodSync(path, 0o444)
      const calls: number[] = []
      // root may write whatever the mode says: so the system's refusal is played
      withOpen(
        path,
        (flags, open) => {
          calls.push(flags)
          if ((flags & 3) !== 0) throw systemCallError('EACCES', 'open')
          return open()
        },
        () => {
          const { config } = device
          assert.equal(config.read16(0), 0x1b36)
          const asked = () =>
            fileCalls(() => throwsCode('ERR_IO_ACCESS', 'write16: ', () => config.write16(4, 6)))
          assert.deepEqual(asked(), [])
          assert.match(
            throwsCode('ERR_IO_ACCESS', 'write16: ', () => config.write16(4, 6)).message,
            /only root may/,
          )
        },
      )
      assert.equal(calls.length, 2)
    }))

  test('unmapped, it is opened anew; the old one is gone', () =>
    withSpace(space(), device => {
      const { config } = device
      assert.equal(device.config, config)
      config.unmap()
      throwsCode('ERR_IO_UNMAPPED', 'read8: ', () => config.read8(0))
      assert.notEqual(device.config, config)
      assert.equal(device.config.read16(0), 0x1b36)
    }))

  test('ERR_IO_NO_APERTURE: the device was removed', () =>
    withSpace(space(), (device, sysfs) => {
      rmSync(sysfs.path(ADDRESS, 'config'))
      throwsCode('ERR_IO_NO_APERTURE', `config space of pci:${ADDRESS} can't be opened`, () => device.config)
    }))

  test('register blocks lie in it', () =>
    withSpace(space({ 4: 0x00100007, 12: 0x00800000 }), ({ config }) => {
      const header = PCI_HEADER.at(config)
      assert.deepEqual([header.VENDOR.read(), header.DEVICE.read()], [0x1b36, 0x0010])
      assert.equal(header.COMMAND.BUS_MASTER.read(), true)
      header.COMMAND.modify({ INTX_DISABLE: true })
      assert.equal(config.read16(4), 0x407)
      assert.deepEqual({ ...header.HEADER_TYPE.read() }, { TYPE: 0, MULTI_FUNCTION: true })
    }))
})

describe('busMaster', () => {
  test('is a bit of the command register, and changes no other', () =>
    withSpace(space({ 4: 0xffff0402 }), device => {
      assert.equal(device.busMaster, false)
      device.busMaster = true
      assert.equal(device.config.read16(4), 0x406)
      assert.equal(device.busMaster, true)
      device.busMaster = true
      device.busMaster = false
      assert.equal(device.config.read16(4), 0x402)
      assert.equal(device.config.read16(6), 0xffff, 'nor of the status, where a 1 clears')
    }))
})

const LIST = 0x0010_0000 // the status register's bit

describe('capabilities', () => {
  const seen = async (config: Uint8Array): Promise<[capabilities: string[], warnings: string[]]> => {
    let capabilities: string[] = []
    const warnings = await warningsOf(() =>
      withSpace(config, device => {
        capabilities = device.capabilities.map(
          ({ id, name, offset, extended }) =>
            `${offset.toString(16)} ${id} ${name}${extended ? ' extended' : ''}`,
        )
      }),
    )
    return [capabilities, warnings.map(({ message }) => message)]
  }

  test('of a device that is gone, all ones: none', async () => {
    assert.deepEqual(await seen(new Uint8Array(4096).fill(0xff)), [[], []])
  })

  test('in the order of the two lists', async () => {
    const words = {
      ...{ 4: LIST, 52: 0x40, 64: 0x0000_8011, 128: 0x0002_6010, 96: 0x0000_0009 },
      ...{ 256: 0x1501_0001, 336: 0x1801_0010, 384: 0x0001_7fff },
    }
    assert.deepEqual(await seen(space(words)), [
      [
        ...['40 17 msi-x', '80 16 pci-express', '60 9 vendor-specific'],
        ...['100 1 aer extended', '150 16 sr-iov extended', '180 32767 unknown-0x7fff extended'],
      ],
      [],
    ])
    const link = (device: PciDevice) =>
      PCI_EXPRESS.at(device.config, device.capabilities.find(({ name }) => name === 'pci-express')?.offset)
    withSpace(space({ ...words, 144: 0x0043_0000 }), device => {
      const { SPEED, WIDTH } = link(device).LINK_STATUS.read()
      assert.deepEqual([SPEED, WIDTH], ['8', 4])
    })
  })

  test('none, where the status register says so, whatever the pointer', async () => {
    assert.deepEqual(await seen(space({ 52: 0x40, 64: 0x11 }, 256)), [[], []])
  })

  test('none that are extended where their space reads zeros, ones, or is not there', async () => {
    assert.deepEqual(await seen(space({})), [[], []])
    assert.deepEqual(await seen(space({ 256: 0xffff_ffff })), [[], []])
    assert.deepEqual(await seen(space({}, 256)), [[], []])
  })

  const broken: [name: string, words: Record<number, number>, capabilities: string[], warning: RegExp][] = [
    [
      'loops',
      { 4: LIST, 52: 0x40, 64: 0x5005, 80: 0x4001 },
      ['40 5 msi', '50 1 power-management'],
      /0x40, which was there before/,
    ],
    ['loops on itself', { 4: LIST, 52: 0x40, 64: 0x4005 }, ['40 5 msi'], /0x40, which was there before/],
    ['starts in the header', { 4: LIST, 52: 0x10 }, [], /goes on at 0x10, .*between 0x40 and 0x100/],
    ['goes back into the header', { 4: LIST, 52: 0x40, 64: 0x0405 }, ['40 5 msi'], /goes on at 0x4,/],
    [
      'runs into all ones',
      { 4: LIST, 52: 0x40, 64: 0x5005, 80: 0xffff_ffff },
      ['40 5 msi'],
      /goes on at 0x50, where nothing answers/,
    ],
    [
      'of extended ones runs into zeros',
      { 256: 0x2001_0001 },
      ['100 1 aer extended'],
      /goes on at 0x200, where nothing answers/,
    ],
    [
      'of extended ones leaves its space',
      { 256: 0x0801_0001 },
      ['100 1 aer extended'],
      /goes on at 0x80, .*between 0x100 and 0x1000/,
    ],
    [
      'of extended ones loops',
      { 256: 0x2001_0001, 512: 0x1001_0002 },
      ['100 1 aer extended', '200 2 virtual-channel extended'],
      /0x100, which was there/,
    ],
  ]
  for (const [name, words, capabilities, warning] of broken) {
    test(`a list that ${name} ends, with a warning`, async () => {
      const [found, warnings] = await seen(space(words))
      assert.deepEqual(found, capabilities)
      assert.equal(warnings.length, 1)
      assert.match(warnings[0] ?? '', warning)
      assert.match(warnings[0] ?? '', /^pci:0000:00:04\.0: the list of /)
    })
  }

  test('of all ones, as of a device that is gone, are none, and do not hang', async () => {
    const [found] = await seen(Buffer.alloc(4096, 0xff))
    assert.ok(found.length <= 1, found.join())
  })
})

describe('ports', () => {
  const withPorts = (command: number, body: (device: PciDevice, sysfs: FakeSysfs) => void): void => {
    using sysfs = new FakeSysfs()
    sysfs.add(ADDRESS, {
      config: space({ 4: command }),
      bars: {
        0: { base: FAKE_BUS, size: 4096, flags: MEMORY_BAR },
        2: { base: 0xc000, size: 32, flags: PORTS_BAR },
      },
      resources: { resource0: 4096, resource2: 32 },
    })
    body(pci(ADDRESS, sysfs.root), sysfs)
  }

  test('are accessed one by one, of their width', () =>
    withPorts(3, device => {
      const ports: IoAccess = device.ports(2)
      assert.equal(ports.length, 32)
      const calls = fileCalls(() => {
        ports.write8(3, 0x80)
        assert.equal(ports.read8(3), 0x80)
        ports.write16(4, 0x1234)
        ports.read32(8)
      })
      assert.deepEqual(calls, ['write 1 at 3', 'read 1 at 3', 'write 2 at 4', 'read 4 at 8'])
      throwsCode('ERR_IO_RANGE', 'read32: ', () => ports.read32(32))
      throwsCode('ERR_IO_WIDTH', 'read64: ', () => ports.read64(0))
    }))

  test('ERR_IO_NO_APERTURE: of a BAR that has memory, or is not there', () =>
    withPorts(3, device => {
      assert.match(
        throwsCode('ERR_IO_NO_APERTURE', `BAR 0 of pci:${ADDRESS} holds memory`, () => device.ports(0))
          .message,
        /bar\(0\) is to be mapped; those that hold ports: 2$/,
      )
      throwsCode('ERR_IO_NO_APERTURE', `BAR 3 of pci:${ADDRESS} does not exist`, () => device.ports(3))
      throwsCode('ERR_IO_ARGUMENT', `The BAR of pci:${ADDRESS}`, () => device.ports(7))
      assert.match(
        throwsCode('ERR_IO_NO_APERTURE', `BAR 2 of pci:${ADDRESS} holds I/O ports`, () => device.bar(2))
          .message,
        /ports\(2\) accesses them; those that can be mapped: 0$/,
      )
    }))

  test('ERR_IO_ACCESS: the device is disabled', () =>
    withPorts(2, device => {
      const { message } = throwsCode('ERR_IO_ACCESS', `pci:${ADDRESS}/2 can't be accessed`, () =>
        device.ports(2),
      )
      assert.match(message, /its ports do not answer\. Enable it first/)
    }))
})
