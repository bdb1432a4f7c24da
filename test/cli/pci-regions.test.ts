// What `iomap config` shows of a configuration space: the registers that a device has.
import assert from 'node:assert/strict'
import { truncateSync } from 'node:fs'
import { test } from 'node:test'
import { type PciDevice, pci } from 'io-mapping'
import { hexLines, readAll } from '../../src/cli/pci/dump.js'
import { spaceOf } from '../../src/cli/pci/regions.js'
import { formatPart } from '../../src/cli/pci/show.js'
import { readRegion } from '../../src/cli/pci/values.js'
import { BRIDGE, bytesOf, NIC, NVME, ROOT_PORT } from '../support/config-spaces.js'
import { FakeSysfs } from '../support/sysfs.js'
import { ADDRESS, run, withDevice } from './config-device.js'

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

test('registers stand by their offsets', () => {
  for (const dump of [NIC, ROOT_PORT, NVME])
    withDevice(dump, device => {
      for (const { name, registers } of spaceOf(device).regions) {
        const offsets = registers.map(({ offset }) => offset)
        assert.deepEqual(
          offsets,
          offsets.toSorted((one, other) => one - other),
          name,
        )
      }
    })
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
