// What the blocks make of real devices' configuration spaces is what lspci -vv says of them.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type IoAccess, IoMapping } from 'io-mapping'
import {
  ACS,
  AER,
  AER_ROOT,
  ARI,
  MSI,
  MSI_64,
  MSI_64_MASKABLE,
  MSI_MASKABLE,
  MSI_X,
  PCI_BRIDGE_HEADER,
  PCI_EXPRESS,
  PCI_EXPRESS_2,
  PCI_EXPRESS_PORT,
  PCI_HEADER,
  POWER_MANAGEMENT,
  SERIAL_NUMBER,
  SLOT_ID,
  SR_IOV,
  SUBSYSTEM_ID,
} from 'io-mapping/pci'
import { listRegisters } from 'io-mapping/registers'
import * as blocks from '#io-mapping/pci/index.js'
import { BRIDGE, bytesOf, NIC, NVME, ROOT_PORT } from '../support/config-spaces.js'

/** A configuration space of lines as lspci -xxxx prints them. */
const space = (dump: string): IoAccess => {
  const config = IoMapping.create('memory:4K').map(0)
  for (const line of dump.trim().split('\n')) {
    const [offset = '', bytes = ''] = line.split(': ')
    config.copyFrom(Buffer.from(bytes.replaceAll(' ', ''), 'hex'), { offset: Number.parseInt(offset, 16) })
  }
  return config
}

/** The names of the fields that are true, of a register that was read. */
const set = (value: object): string[] =>
  Object.entries(value).flatMap(([name, is]) => (is === true ? [name] : []))

/** An Intel 82576, a network card with virtual functions. */
const card = space(`
00: 86 80 c9 10 07 04 10 00 01 00 00 02 10 00 80 00
10: 00 00 a6 b1 00 00 a4 b1 21 20 00 00 00 40 b0 b1
30: 00 00 fe ff 40 00 00 00 00 00 00 00 0b 01 00 00
40: 01 50 23 c8 00 20 00 1a 00 00 00 00 00 00 00 00
50: 05 70 80 01 00 00 00 00 00 00 00 00 00 00 00 00
70: 11 a0 09 80 03 00 00 00 03 20 00 00 00 00 00 00
a0: 10 00 02 00 c2 8c 00 10 30 28 19 00 41 6c 03 02
b0: 40 00 41 10 00 00 00 00 00 00 00 00 00 00 00 00
100: 01 00 01 14 00 00 00 00 00 00 00 00 11 20 06 00
110: 00 20 00 00 00 20 00 00 00 00 00 00 00 00 00 00
160: 10 00 01 00 00 00 00 00 19 00 00 00 08 00 08 00
170: 04 00 00 00 80 00 02 00 00 00 ca 10 53 05 00 00
180: 01 00 00 00 04 00 a8 b1 00 00 00 00 00 00 00 00`)

test('the header of a network card', () => {
  const header = PCI_HEADER.at(card)
  assert.deepEqual([header.VENDOR.read(), header.DEVICE.read(), header.REVISION.read()], [0x8086, 0x10c9, 1])
  assert.deepEqual(set(header.COMMAND.read()), ['IO', 'MEMORY', 'BUS_MASTER', 'INTX_DISABLE'])
  assert.deepEqual(set(header.STATUS.read()), ['CAPABILITIES_LIST'])
  assert.deepEqual([header.CLASS.read(), header.SUBCLASS.read(), header.INTERFACE.read()], [2, 0, 0])
  assert.equal(header.CACHE_LINE_SIZE.read() * 4, 64)
  assert.deepEqual({ ...header.HEADER_TYPE.read() }, { TYPE: 0, MULTI_FUNCTION: true })
  assert.deepEqual(
    header.BAR.map(each => each.read()),
    [0xb1a60000, 0xb1a40000, 0x2021, 0xb1b04000, 0, 0],
  )
  assert.deepEqual([header.INTERRUPT_PIN.read(), header.INTERRUPT_LINE.read()], [1, 11])
})

test('its power management', () => {
  const { CAPABILITIES, CONTROL } = POWER_MANAGEMENT.at(card, 0x40)
  const { VERSION, ...rest } = CAPABILITIES.read()
  assert.equal(VERSION, 3)
  assert.deepEqual(set(rest), [
    'DEVICE_SPECIFIC_INITIALIZATION',
    'PME_FROM_D0',
    'PME_FROM_D3_HOT',
    'PME_FROM_D3_COLD',
  ])
  assert.deepEqual([CONTROL.STATE.read(), CONTROL.DATA_SCALE.read(), CONTROL.PME.read()], ['D0', 1, false])
})

test('its message-signalled interrupts', () => {
  assert.deepEqual(set(MSI_64.at(card, 0x50).CONTROL.read()), ['ADDRESS_64', 'MASKABLE'])
  for (const [plain, masked] of [
    [MSI, MSI_MASKABLE],
    [MSI_64, MSI_64_MASKABLE],
  ] as const) {
    const places = listRegisters(masked).map(({ path, offset }) => `${path} ${offset}`)
    assert.deepEqual(
      listRegisters(plain).map(({ path, offset }) => `${path} ${offset}`),
      places.slice(0, -2),
    )
  }
  const msix = MSI_X.at(card, 0x70)
  assert.deepEqual({ ...msix.CONTROL.read() }, { LAST: 9, MASK_ALL: false, ENABLE: true })
  assert.deepEqual({ ...msix.TABLE.read() }, { BAR: 3, OFFSET_8: 0 })
  assert.deepEqual({ ...msix.PENDING_BITS.read() }, { BAR: 3, OFFSET_8: 0x2000 / 8 })
})

test('its link', () => {
  const express = PCI_EXPRESS.at(card, 0xa0)
  assert.deepEqual(
    { ...express.CAPABILITIES.read() },
    { VERSION: 2, TYPE: 'ENDPOINT', SLOT: false, INTERRUPT_MESSAGE: 0 },
  )
  assert.equal(express.DEVICE_CAPABILITIES.MAX_PAYLOAD.read(), '512')
  assert.deepEqual(set(express.DEVICE_CAPABILITIES.read()), ['ROLE_BASED_ERRORS', 'FUNCTION_LEVEL_RESET'])
  assert.deepEqual(set(express.DEVICE_CONTROL.read()), ['RELAXED_ORDERING', 'NO_SNOOP'])
  assert.deepEqual(
    [express.DEVICE_CONTROL.MAX_PAYLOAD.read(), express.DEVICE_CONTROL.MAX_READ_REQUEST.read()],
    ['256', '512'],
  )
  assert.deepEqual(set(express.DEVICE_STATUS.read()), [
    'CORRECTABLE_ERROR',
    'UNSUPPORTED_REQUEST',
    'AUX_POWER',
  ])
  const { MAX_SPEED, MAX_WIDTH, ASPM, PORT } = express.LINK_CAPABILITIES.read()
  assert.deepEqual([MAX_SPEED, MAX_WIDTH, ASPM, PORT], ['2.5', 4, 'L0S_AND_L1', 2])
  const { SPEED, WIDTH, ...status } = express.LINK_STATUS.read()
  assert.deepEqual([SPEED, WIDTH, set(status)], ['2.5', 4, ['SLOT_CLOCK']])
})

test('its errors and virtual functions', () => {
  const aer = AER.at(card, 0x100)
  assert.deepEqual({ ...aer.HEADER.read() }, { ID: 1, VERSION: 1, NEXT: 0x140 })
  assert.deepEqual(set(aer.UNCORRECTABLE_SEVERITY.read()), [
    ...['DATA_LINK_PROTOCOL', 'FLOW_CONTROL_PROTOCOL', 'RECEIVER_OVERFLOW', 'MALFORMED_TLP'],
  ])
  assert.deepEqual(set(aer.CORRECTABLE_STATUS.read()), ['ADVISORY_NON_FATAL'])
  aer.CORRECTABLE_STATUS.write({ ADVISORY_NON_FATAL: true })
  const iov = SR_IOV.at(card, 0x160)
  assert.deepEqual(set(iov.CONTROL.read()), ['ENABLE', 'MEMORY', 'ARI_HIERARCHY'])
  assert.deepEqual(
    [iov.INITIAL, iov.TOTAL, iov.COUNT, iov.FIRST_OFFSET, iov.STRIDE, iov.DEVICE].map(each => each.read()),
    [8, 8, 4, 128, 2, 0x10ca],
  )
  assert.deepEqual([iov.PAGE_SIZES.read(), iov.PAGE_SIZE.read(), iov.BAR[0]?.read()], [0x553, 1, 0xb1a80004])
})

/** An Intel root port, and what lspci says of it. */
const bridge = space(`
00: 86 80 10 9d 07 00 10 00 f1 00 04 06 00 00 81 00
10: 00 00 00 00 00 00 00 00 00 02 02 00 f0 00 00 20
20: 10 f1 10 f1 f1 ff 01 00 00 00 00 00 00 00 00 00
30: 00 00 00 00 40 00 00 00 00 00 00 00 ff 01 18 00
40: 10 80 42 01 01 80 00 00 20 00 10 00 13 48 72 01
50: 42 00 12 70 00 b2 04 00 00 00 40 01 00 00 00 00`)

test('a bridge', () => {
  const header = PCI_BRIDGE_HEADER.at(bridge)
  assert.equal(header.HEADER_TYPE.TYPE.read(), 1)
  assert.deepEqual(
    [header.PRIMARY_BUS.read(), header.SECONDARY_BUS.read(), header.SUBORDINATE_BUS.read()],
    [0, 2, 2],
  )
  assert.deepEqual(set(header.SECONDARY_STATUS.read()), ['RECEIVED_MASTER_ABORT'])
  assert.equal(header.MEMORY_BASE.ADDRESS_31_20.read(), 0xf11)
  assert.equal(header.MEMORY_LIMIT.ADDRESS_31_20.read(), 0xf11)
  assert.deepEqual(set(header.BRIDGE_CONTROL.read()), ['VGA', 'VGA_16_BIT'])
  const { CAPABILITIES, LINK_STATUS, LINK_CONTROL, SLOT_STATUS } = PCI_EXPRESS_PORT.at(bridge, 0x40)
  assert.deepEqual([CAPABILITIES.TYPE.read(), CAPABILITIES.SLOT.read()], ['ROOT_PORT', true])
  const { SPEED, WIDTH, ...status } = LINK_STATUS.read()
  assert.deepEqual([SPEED, WIDTH, set(status)], ['5', 1, ['SLOT_CLOCK', 'ACTIVE', 'BANDWIDTH_MANAGEMENT']])
  assert.equal(LINK_CONTROL.ASPM.read(), 'L1')
  assert.deepEqual(set(SLOT_STATUS.read()), ['PRESENT', 'LINK_CHANGED'])
})

test('capabilities at the end of a space of 256 bytes: what fits is there', () => {
  const config = IoMapping.create('memory:4K').map(0, 256)
  config.write16(0xf2, 0x2043)
  assert.equal(PCI_EXPRESS.at(config, 0xe0).LINK_STATUS.WIDTH.read(), 4)
  assert.deepEqual(Object.keys(PCI_EXPRESS.at(config, 0xec).read()).slice(-1), ['LINK_STATUS'])
  assert.equal(MSI.at(config, 0xf4).CONTROL.ADDRESS_64.read(), false)
  assert.ok(!('MASK' in MSI_64.at(config, 0xf0).read()))
})

/** Of those that QEMU has, as lspci -vvv says them of it. */
const captured = (dump: string): IoAccess => {
  const config = IoMapping.create('memory:4K').map(0)
  config.copyFrom(bytesOf(dump))
  return config
}

test('a root port of the second version: its slot, its root, its errors, who goes by it', () => {
  const config = captured(ROOT_PORT)
  const express = PCI_EXPRESS_2.at(config, 0x54)
  const { SLOT, POWER_LIMIT, POWER_LIMIT_SCALE, ...slot } = express.SLOT_CAPABILITIES.read()
  assert.deepEqual([SLOT, POWER_LIMIT, POWER_LIMIT_SCALE], [8, 0, 0])
  assert.deepEqual(set(slot), [
    ...['ATTENTION_BUTTON', 'POWER_CONTROLLER', 'ATTENTION_INDICATOR', 'POWER_INDICATOR'],
    ...['SURPRISE', 'HOT_PLUG', 'INTERLOCK'],
  ])
  const { ATTENTION_INDICATOR, POWER_INDICATOR } = express.SLOT_CONTROL.read()
  assert.deepEqual([ATTENTION_INDICATOR, POWER_INDICATOR], ['OFF', 'ON'])
  assert.deepEqual(set(express.DEVICE_CAPABILITIES_2.read()), [
    ...['ARI_FORWARDING', 'EXTENDED_FORMAT', 'END_TO_END_PREFIX'],
  ])
  assert.equal(express.DEVICE_CAPABILITIES_2.MAX_END_TO_END_PREFIXES.read(), '4')
  assert.equal(express.DEVICE_CONTROL_2.COMPLETION_TIMEOUT.read(), '50us to 50ms')
  assert.deepEqual(set(express.LINK_CAPABILITIES_2.read()), ['SPEED_2_5', 'SPEED_5', 'SPEED_8', 'SPEED_16'])
  assert.equal(express.LINK_CONTROL_2.TARGET_SPEED.read(), '16')
  assert.deepEqual(set(AER_ROOT.at(config, 0x100).ROOT_COMMAND.read()), ['CORRECTABLE', 'NON_FATAL', 'FATAL'])
  assert.deepEqual(set(ACS.at(config, 0x148).CONTROL.read()), [
    ...['SOURCE_VALIDATION', 'REQUEST_REDIRECT', 'COMPLETION_REDIRECT', 'UPSTREAM_FORWARDING'],
  ])
  assert.equal(SUBSYSTEM_ID.at(config, 0x40).SUBSYSTEM_VENDOR.read(), 0x1b36)
})

test('a serial number, functions beyond eight, a chassis', () => {
  const { LOWER, UPPER } = SERIAL_NUMBER.at(captured(NIC), 0x140)
  assert.deepEqual([UPPER.read(), LOWER.read()], [0x525400ff, 0xff123456])
  assert.equal(ARI.at(captured(NVME), 0x100).CAPABILITIES.NEXT_FUNCTION.read(), 1)
  const slots = SLOT_ID.at(captured(BRIDGE), 0x48)
  assert.deepEqual({ ...slots.EXPANSION.read() }, { SLOTS: 0, FIRST_IN_CHASSIS: true })
  assert.equal(slots.CHASSIS.read(), 3)
})

test('no block takes accesses that config space does not have', () => {
  for (const [name, block] of Object.entries(blocks))
    for (const { path, width, offset } of listRegisters(block as never)) {
      assert.ok(width <= 4, `${name}.${path}`)
      assert.equal(offset % width, 0, `${name}.${path}`)
    }
})
