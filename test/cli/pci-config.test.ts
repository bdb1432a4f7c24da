// What `iomap config` makes of requests, on made-up devices with the configuration spaces of QEMU's.
import assert from 'node:assert/strict'
import { readFileSync, truncateSync } from 'node:fs'
import { describe, test } from 'node:test'
import { type PciDevice, pci } from 'io-mapping'
import { Failure, UsageError } from '../../src/cli/failure.js'
import { hexLines, readAll } from '../../src/cli/pci/dump.js'
import { perform, plan } from '../../src/cli/pci/perform.js'
import { finderOf, spaceOf } from '../../src/cli/pci/regions.js'
import { parseRequest } from '../../src/cli/pci/request.js'
import { formatResults, jsonOfResult } from '../../src/cli/pci/results.js'
import { formatPart } from '../../src/cli/pci/show.js'
import { readRegion } from '../../src/cli/pci/values.js'
import { BRIDGE, bytesOf, NIC, NVME, ROOT_PORT } from '../support/config-spaces.js'
import { FakeSysfs } from '../support/sysfs.js'

const ADDRESS = '0000:00:08.0'

const withDevice = (
  dump: string,
  body: (device: PciDevice, bytes: () => Buffer) => void,
  size = 4096,
): void => {
  using sysfs = new FakeSysfs()
  sysfs.add(ADDRESS, { config: bytesOf(dump, size) })
  body(pci(ADDRESS, sysfs.root), () => readFileSync(sysfs.path(ADDRESS, 'config')))
}

const results = (device: PciDevice, words: readonly string[], dry = false) => {
  const finder = finderOf(device)
  const steps = words.map(word => plan(parseRequest(word), finder))
  return steps.map(step => perform(step, device.config, dry))
}

const run = (device: PciDevice, ...words: string[]): string => formatResults(results(device, words))

/** What each asks for, and the place that is read. */
const PLACES: [dump: string, what: string, place: string][] = [
  [ROOT_PORT, 'COMMAND', '0x04.w  COMMAND '],
  [ROOT_PORT, 'command', '0x04.w  COMMAND '],
  [ROOT_PORT, 'VENDOR_ID', '0x00.w  VENDOR '],
  [ROOT_PORT, 'vendor', '0x00.w  VENDOR '],
  [ROOT_PORT, 'BAR[1]', '0x14.l  BAR[1] '],
  [ROOT_PORT, 'BAR1', '0x14.l  BAR[1] '],
  [ROOT_PORT, 'BASE_ADDRESS_1', '0x14.l  BAR[1] '],
  [ROOT_PORT, 'SEC_STATUS', '0x1e.w  SECONDARY_STATUS '],
  [NIC, 'SUBSYSTEM_ID', '0x2e.w  SUBSYSTEM '],
  [NIC, 'CLASS_DEVICE', '0x0a.w    0x0200'],
  [ROOT_PORT, '0x04', '0x04.w  COMMAND '],
  [ROOT_PORT, '4', '0x04.w  COMMAND '],
  [ROOT_PORT, '4.w', '0x04.w  COMMAND '],
  [ROOT_PORT, '04.W', '0x04.w  COMMAND '],
  [ROOT_PORT, '0x4.l', '0x04.l    0x00100507'],
  [ROOT_PORT, 'COMMAND.l', '0x04.l    0x00100507'],
  [ROOT_PORT, 'VENDOR_ID+1.b', '0x01.b    0x1b'],
  [ROOT_PORT, 'CAP_EXP+8', '0x5c.w  CAP_EXP.DEVICE_CONTROL '],
  [ROOT_PORT, 'CAP_EXP+0x12', '0x66.w  CAP_EXP.LINK_STATUS '],
  [ROOT_PORT, 'CAP_EXP+0x12.b', '0x66.b    0x11'],
  [ROOT_PORT, 'CAP10+8.w', '0x5c.w  CAP_EXP.DEVICE_CONTROL '],
  [ROOT_PORT, 'CAP_EXP.w', '0x54.w    0x4810'],
  [ROOT_PORT, 'CAP_EXP.LINK_STATUS', '0x66.w  CAP_EXP.LINK_STATUS '],
  [ROOT_PORT, 'pci-express.link_status', '0x66.w  CAP_EXP.LINK_STATUS '],
  [ROOT_PORT, 'CAP_EXP.LINK_STATUS.SPEED', '0x66.w  CAP_EXP.LINK_STATUS.SPEED  0x0011  SPEED=2.5 (GT/s)\n'],
  [ROOT_PORT, 'COMMAND.INTX_DISABLE', '0x04.w  COMMAND.INTX_DISABLE  0x0507  INTX_DISABLE\n'],
  [ROOT_PORT, '0x04.INTX_DISABLE', '0x04.w  COMMAND.INTX_DISABLE  0x0507  INTX_DISABLE\n'],
  [ROOT_PORT, 'ECAP_AER+8', '0x108.l  ECAP_AER.UNCORRECTABLE_MASK '],
  [ROOT_PORT, 'ECAP0001+8', '0x108.l  ECAP_AER.UNCORRECTABLE_MASK '],
  [ROOT_PORT, 'CAP_MSIX+2@0', '0x4a.w  CAP_MSIX.CONTROL '],
  [ROOT_PORT, 'CAP_MSIX@0+2', '0x4a.w  CAP_MSIX.CONTROL '],
  [NVME, 'ECAP_SRIOV.BAR[0]', '0x144.l  ECAP_SRIOV.BAR[0] '],
  [NVME, 'ECAP_SRIOV.BAR0', '0x144.l  ECAP_SRIOV.BAR[0] '],
  [ROOT_PORT, 'CAP_MSIX', '[48] msi-x  CAP_MSIX\n'],
  [NIC, 'serial-number', '[140] serial-number v1  ECAP_DSN\n'],
]

type Kind = typeof UsageError | typeof Failure

/** What is refused, and in which words. */
const REFUSALS: [dump: string, what: string, kind: Kind, words: RegExp][] = [
  [ROOT_PORT, '10.w', UsageError, /'10', without 0x; write 0x10, as setpci reads it, or 0xa, which is 10$/],
  [ROOT_PORT, '3e.w', UsageError, /'3e', without 0x; write 0x3e$/],
  [ROOT_PORT, 'CAP_EXP+10', UsageError, /what is added .* write 0x10, as setpci reads it, or 0xa/],
  [
    ROOT_PORT,
    'COMMAND=106',
    UsageError,
    /the value .* write 0x106, as setpci reads it, or 0x6a, which is 106/,
  ],
  [ROOT_PORT, 'COMMAND=6:16', UsageError, /the mask .* write 0x16, as setpci reads it, or 0x10, which is 16/],
  [ROOT_PORT, 'COMMAND=0x4:0x2', UsageError, /the value has bits that are not in the mask, 0x2$/],
  [ROOT_PORT, 'COMMAND=0:0', UsageError, /a mask of 0 changes nothing/],
  [ROOT_PORT, 'COMMAND=1,2', UsageError, /one value, or VALUE:MASK/],
  [ROOT_PORT, 'COMMAND=', UsageError, /one value, or VALUE:MASK/],
  [
    ROOT_PORT,
    'COMMAND=x',
    UsageError,
    /the value .* is 'x'; it must be a number such as 0x10, 1<<7 or ~0x80/,
  ],
  [ROOT_PORT, 'COMMAND=~10', UsageError, /is '10', without 0x; write 0x10, as setpci reads it, or 0xa/],
  [ROOT_PORT, 'COMMAND=1<<2|10', UsageError, /is '10', without 0x; write 0x10, as setpci reads it, or 0xa/],
  [ROOT_PORT, 'COMMAND=1<<16', UsageError, /1<<16 does not fit the register, which takes up to 0xffff/],
  [ROOT_PORT, 'COMMAND=-0x8001', UsageError, /-0x8001 does not fit the register/],
  [ROOT_PORT, 'COMMAND=0x10000', UsageError, /0x10000 does not fit the register, which takes up to 0xffff/],
  [ROOT_PORT, 'COMAND', UsageError, /no register 'COMAND'; close are COMMAND$/],
  [ROOT_PORT, 'xyzzy', UsageError, /no register 'xyzzy'; there are VENDOR, DEVICE, /],
  [ROOT_PORT, 'COMMAND.BUSMASTER', UsageError, /COMMAND has no field 'BUSMASTER'; close are BUS_MASTER$/],
  [ROOT_PORT, 'COMMAND.BUS_MASTER.b', UsageError, /a field has no width of its own/],
  [ROOT_PORT, 'COMMAND.BUS_MASTER=2', UsageError, /BUS_MASTER is one bit; write 0 or 1/],
  [
    ROOT_PORT,
    'CAP_EXP.LINK_STATUZ',
    UsageError,
    /CAP_EXP has no register 'LINK_STATUZ'; close are LINK_STATUS/,
  ],
  [ROOT_PORT, 'CAP_EXP.LINK_STATUS.X', UsageError, /LINK_STATUS has no field 'X'/],
  [ROOT_PORT, 'CAP_EXP.LINK_CONTROL.ASPM=L2', UsageError, /ASPM is one of NONE, L0S, L1, L0S_AND_L1, or a/],
  [ROOT_PORT, 'CAP_EXP.LINK_CONTROL_2.TARGET_SPEED=4', UsageError, /one of .*2\.5.*, or a number with 0x/],
  [ROOT_PORT, 'VENDOR=0x1', UsageError, /VENDOR is read-only; by its offset .*: 0x00\.w=…/],
  [ROOT_PORT, 'CAP_EXP.LINK_STATUS.SPEED=5', UsageError, /SPEED is read-only$/],
  [ROOT_PORT, 'CAP_PM', Failure, /has no CAP_PM; it has CAP_EXP, CAP_MSIX, CAP_SSVID, ECAP_AER, ECAP_ACS$/],
  [ROOT_PORT, 'CAP_EXP@1+4', Failure, /has 1 of CAP_EXP, the first is @0/],
  [ROOT_PORT, 'COMMAND@1', UsageError, /@1 is for capabilities/],
  [ROOT_PORT, '0x05.w', UsageError, /0x5 is no multiple of 2/],
  [ROOT_PORT, '0x05', UsageError, /no register is known to start at 0x5; say how wide/],
  [ROOT_PORT, '0x1000.b', UsageError, /is at 0x1000, and the config space of .* ends at 0x1000/],
  [ROOT_PORT, '=1', UsageError, /is no register; name one such as COMMAND/],
  [
    NIC,
    'PRIMARY_BUS',
    Failure,
    /PRIMARY_BUS is in the header of a bridge, at 0x18, and .* that of a device$/,
  ],
  [ROOT_PORT, 'SUBSYSTEM_ID', Failure, /is in the header of a device, at 0x2e, and .* that of a bridge$/],
]

describe('where a request is for', () => {
  for (const [dump, what, place] of PLACES)
    test(what, () =>
      withDevice(dump, device => {
        const text = run(device, what)
        assert.ok(text.startsWith(place), text)
      }),
    )

  test('several are done in order, and stand in columns', () =>
    withDevice(ROOT_PORT, device => {
      assert.equal(
        run(device, 'STATUS', 'CAP_MSIX.CONTROL'),
        '0x06.w  STATUS            0x0010  CAPABILITIES_LIST, DEVSEL_TIMING=0 (fast)\n' +
          '0x4a.w  CAP_MSIX.CONTROL  0x8000  LAST=0 (1 vector), ENABLE\n',
      )
    }))
})

describe('what is refused', () => {
  for (const [dump, what, kind, words] of REFUSALS)
    test(what, () =>
      withDevice(dump, (device, bytes) => {
        const before = bytes()
        assert.throws(
          () => run(device, what),
          (error: Error) => {
            assert.ok(error instanceof kind, String(error))
            assert.match(error.message, words)
            assert.doesNotMatch(error.message, /\n/)
            return true
          },
        )
        assert.deepEqual(bytes(), before, 'nothing is written')
      }),
    )

  test('nothing is done of several where one is refused', () =>
    withDevice(ROOT_PORT, (device, bytes) => {
      const before = bytes()
      assert.throws(() => run(device, 'COMMAND=0', 'COMAND'), UsageError)
      assert.deepEqual(bytes(), before)
    }))
})

describe('what is written', () => {
  /** All other bytes stay. */
  const changed = (dump: string, what: string, at: number, after: number[], said: string) =>
    test(what, () =>
      withDevice(dump, (device, bytes) => {
        const expected = bytes()
        expected.set(after, at)
        assert.equal(run(device, what), `${said}\n`)
        assert.deepEqual(bytes(), expected)
      }),
    )

  changed(NIC, 'COMMAND=0x6', 4, [6, 0], 'wrote 0x0006 at 0x04.w, COMMAND (MEMORY, BUS_MASTER)')
  changed(
    NIC,
    'COMMAND=0:0x4',
    4,
    [0x03, 0x05],
    'wrote 0x0503 at 0x04.w, COMMAND (IO, MEMORY, SERR, INTX_DISABLE); it was 0x0507',
  )
  changed(
    NIC,
    'COMMAND.MEMORY=false',
    4,
    [0x05, 0x05],
    'wrote 0x0505 at 0x04.w, COMMAND.MEMORY (MEMORY=0); it was 0x0507',
  )
  changed(
    ROOT_PORT,
    'CAP_EXP.LINK_CONTROL.ASPM=l1',
    0x64,
    [2, 0],
    'wrote 0x0002 at 0x64.w, CAP_EXP.LINK_CONTROL.ASPM (ASPM=L1); it was 0x0000',
  )
  changed(NIC, 'COMMAND=06', 4, [6, 0], 'wrote 0x0006 at 0x04.w, COMMAND (MEMORY, BUS_MASTER)')
  changed(NIC, 'COMMAND=1<<2|1<<1', 4, [6, 0], 'wrote 0x0006 at 0x04.w, COMMAND (MEMORY, BUS_MASTER)')
  changed(NIC, 'CACHE_LINE_SIZE=-1', 0x0c, [255], 'wrote 0xff at 0x0c.b, CACHE_LINE_SIZE (1020 bytes)')
  changed(NIC, 'LATENCY_TIMER=~0x80', 0x0d, [0x7f], 'wrote 0x7f at 0x0d.b, LATENCY_TIMER')
  changed(
    NIC,
    'COMMAND=0:1<<2',
    4,
    [0x03, 0x05],
    'wrote 0x0503 at 0x04.w, COMMAND (IO, MEMORY, SERR, INTX_DISABLE); it was 0x0507',
  )
  changed(ROOT_PORT, '0x00.w=0x1234', 0, [0x34, 0x12], 'wrote 0x1234 at 0x00.w, VENDOR')
  changed(
    ROOT_PORT,
    '0x2c.l=0xffffffff',
    0x2c,
    [255, 255, 255, 255],
    'wrote 0xffffffff at 0x2c.l, PREFETCHABLE_LIMIT_UPPER',
  )
  changed(
    ROOT_PORT,
    '0x30.l=0x80000001:0x80000001',
    0x30,
    [1, 0, 0, 0x80],
    'wrote 0x80000001 at 0x30.l; it was 0x00000000',
  )

  test('bits that a 1 clears stay, unless they are meant', () =>
    withDevice(`${NIC}06: 10 f9\n`, (device, bytes) => {
      assert.equal(bytes().readUInt16LE(6), 0xf910)
      run(device, 'STATUS=0x8000:0x8000')
      assert.equal(bytes().readUInt16LE(6), 0x8010, 'what a device takes as: clear bit 15 alone')
      run(device, '0x06.w=0xf910', 'STATUS.RECEIVED_MASTER_ABORT=1')
      assert.equal(bytes().readUInt16LE(6), 0x2010)
      run(device, '0x06.w=0xf910', '0x04.l=0:0x4')
      assert.equal(bytes().readUInt32LE(4), 0x00100503, 'also where two registers are written as one')
      run(device, '0x06.w=0xf910', '0x07.b=0x80:0x80')
      assert.equal(bytes().readUInt16LE(6), 0x8010, 'and a part of one')
    }))

  test('a dry run says what would be, and writes nothing', () =>
    withDevice(NIC, (device, bytes) => {
      const before = bytes()
      assert.equal(
        formatResults(results(device, ['COMMAND.MEMORY=0', 'COMMAND=0'], true)),
        'would write 0x0505 at 0x04.w, COMMAND.MEMORY (MEMORY=0); it is 0x0507\n' +
          'would write 0x0000 at 0x04.w, COMMAND\n',
      )
      assert.deepEqual(bytes(), before)
    }))
})

test('as JSON', () =>
  withDevice(NIC, device => {
    const what = ['CAP_PM.CONTROL', '0x40.l', 'COMMAND.MEMORY=1']
    const flags = { NO_SOFT_RESET: false, PME: false, PME_STATUS: false }
    assert.deepEqual(results(device, what, true).map(jsonOfResult), [
      {
        kind: 'read',
        ...{ name: 'CAP_PM.CONTROL', offset: 0xcc, width: 2, value: 0, hex: '0x0000' },
        fields: { STATE: 'D0', ...flags, DATA_SELECT: 0, DATA_SCALE: 0 },
      },
      { kind: 'read', name: '', offset: 0x40, width: 4, value: 0, hex: '0x00000000' },
      {
        kind: 'write',
        ...{ name: 'COMMAND.MEMORY', offset: 4, width: 2, value: 0x507, hex: '0x0507' },
        ...{ fields: { MEMORY: true }, before: 0x507, written: false },
      },
    ])
  }))

test('a capability, register by register, at 100 columns', () =>
  withDevice(ROOT_PORT, device => {
    const [, express] = spaceOf(device).regions
    const part = readRegion(device.config, express ?? assert.fail())
    const lines = formatPart(part).split('\n')
    assert.ok(lines.every(line => line.length <= 100))
    assert.deepEqual(lines.slice(0, 4), [
      '[54] pci-express  CAP_EXP',
      '  0x56.w  CAPABILITIES           0x0142      VERSION=2, TYPE=ROOT_PORT, SLOT',
      '  0x58.l  DEVICE_CAPABILITIES    0x00008000  MAX_PAYLOAD=128 (bytes), L0S_LATENCY=0 (<64 ns),',
      '                                             L1_LATENCY=0 (<1 us), ROLE_BASED_ERRORS',
    ])
    assert.match(formatPart(part, true), /^ {2}0x54\.b {2}ID .*EXTENDED_TAGS=0/ms)
  }))

const pathsOf = (dump: string, size?: number): string[] => {
  let all: string[] = []
  const look = (device: PciDevice) => {
    all = spaceOf(device).regions.flatMap(({ name, registers }) =>
      registers.map(({ info }) => `${name}.${info.path}`),
    )
  }
  withDevice(dump, look, size)
  return all
}

test('a device has the registers that its kind has', () => {
  const has = (dump: string, path: string) => pathsOf(dump).includes(path)
  assert.ok(has(ROOT_PORT, 'pci-express.SLOT_CONTROL') && has(ROOT_PORT, 'pci-express.ROOT_STATUS'))
  assert.ok(has(ROOT_PORT, 'aer.ROOT_COMMAND') && !has(NIC, 'aer.ROOT_COMMAND'))
  assert.ok(has(NVME, 'pci-express.LINK_STATUS_2') && !has(NVME, 'pci-express.SLOT_CONTROL'))
  assert.ok(!has(NIC, 'pci-express.LINK_STATUS') && !has(NIC, 'pci-express.DEVICE_CONTROL_2'))
  assert.ok(has(NIC, 'header.SUBSYSTEM') && !has(ROOT_PORT, 'header.SUBSYSTEM'))
  assert.ok(pathsOf(BRIDGE, 256).includes('msi.PENDING') && !has(NIC, 'msi.PENDING'))
})

/** A device with extended capabilities that QEMU has not: two channels, two BARs that can be resized, CXL's, one that nobody knows. */
const MADE_UP = `
00: 86 80 d3 10 07 05 10 00 00 00 00 02 00 00 00 00
100: 02 00 01 20 01 00 00 00 00 00 00 00 00 00 00 00
200: 15 00 01 30 00 00 00 00 40 00 00 00 00 00 00 00
300: 23 00 01 40 98 1e 81 03 08 00 00 00 00 00 00 00
400: 99 00 01 00 00 00 00 00 00 00 00 00 00 00 00 00
`

test('of what can be many, those that the device has; what is unknown says so', () => {
  const paths = pathsOf(MADE_UP)
  const has = (path: string) => paths.includes(path)
  assert.ok(has('virtual-channel.CHANNEL[1].CONTROL') && !has('virtual-channel.CHANNEL[2].CONTROL'))
  assert.ok(has('resizable-bar.BAR[1].CONTROL') && !has('resizable-bar.BAR[2].CONTROL'))
  withDevice(MADE_UP, device => {
    assert.match(run(device, 'ECAP_DVSEC'), /VENDOR +0x03811e98 +ID=0x1e98, .*\n +0x308\.w +ID +0x0008/)
    assert.match(
      run(device, 'ECAP0099'),
      /^\[400\] unknown-0x99.*\n {2}what is in it is not known here; --dump/,
    )
    assert.equal(run(device, 'ECAP0099+4.l'), '0x404.l    0x00000000\n')
  })
})

test('each is one access of its width; a part of a register takes a read before it', () =>
  withDevice(NIC, device => {
    const calls: string[] = []
    const config = new Proxy(device.config, {
      get: (target, name) => {
        const value = Reflect.get(target, name, target)
        if (!/^(read|write)/.test(String(name))) return value
        return (...all: number[]) => {
          calls.push(`${String(name)} ${all.join(' ')}`)
          return value.apply(target, all)
        }
      },
    })
    const finder = finderOf(device)
    const what = [
      'COMMAND',
      'LATENCY_TIMER',
      'BAR0',
      '0x04.l',
      'COMMAND=0x6',
      'COMMAND=1:1',
      'LATENCY_TIMER=0x8',
    ]
    for (const word of what) perform(plan(parseRequest(word), finder), config, false)
    assert.deepEqual(calls, [
      ...[
        'read16 4',
        'read8 13',
        'read32 16',
        'read32 4',
        'write16 4 6',
        'read16 4',
        'write16 4 7',
        'write8 13 8',
      ],
    ])
  }))

test('a device that does not answer is told as that', () =>
  withDevice(`00:${' ff'.repeat(64)}`, device => {
    assert.match(spaceOf(device).refused?.message ?? '', /does not answer, its config space is all ones/)
  }))

test('a virtual function answers, though its ids are all ones', () =>
  withDevice(`${NVME}00: ff ff ff ff 00 00\n`, device => {
    assert.deepEqual([spaceOf(device).refused, spaceOf(device).regions.length], [undefined, 6])
  }))

test('a dump has the bytes that there are', () => {
  for (const [dump, size] of [
    [BRIDGE, 256],
    [NIC, 4096],
  ] as const)
    withDevice(
      dump,
      device => {
        const lines = hexLines(readAll(device.config)).trim().split('\n')
        assert.equal(lines.length, size / 16)
        for (const line of dump.trim().split('\n')) assert.ok(lines.includes(line), line)
      },
      size,
    )
})

test('others than root see the header: it is shown, and why not the rest', () => {
  using sysfs = new FakeSysfs()
  sysfs.add(ADDRESS, { config: bytesOf(NIC) })
  const device = pci(ADDRESS, sysfs.root)
  device.config.read8(0) // as long as the system says
  truncateSync(sysfs.path(ADDRESS, 'config'), 64)
  const { regions, refused } = spaceOf(device)
  assert.deepEqual(
    regions.map(({ name }) => name),
    ['header'],
  )
  assert.match(refused?.message ?? '', /all but the first 64 bytes to root alone/)
  assert.match(run(device, 'COMMAND'), /BUS_MASTER/)
  assert.throws(() => run(device, 'CAP_EXP'), /all but the first 64 bytes to root alone/)
  assert.throws(() => run(device, 'COMAND'), /close are COMMAND$/, 'a mistake is told as what it is')
  assert.equal(readAll(device.config).length, 64)
})
