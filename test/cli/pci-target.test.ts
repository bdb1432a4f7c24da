// Where requests of `iomap config` are for, and what is refused.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Failure, UsageError } from '../../src/cli/failure.js'
import { NIC, NVME, ROOT_PORT } from '../support/config-spaces.js'
import { run, withDevice } from './config-device.js'

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
    'COMMAND=0b110',
    UsageError,
    /the value .* '0b110', without 0x; write 0xb110, as setpci reads it, or 0x6, which is 0b110$/,
  ],
  [
    ROOT_PORT,
    'COMMAND=1e+3',
    UsageError,
    /the value .* is '1e\+3'; it must be a number such as 0x10, 1<<7 or ~0x80/,
  ],
  [ROOT_PORT, 'COMMAND=~10', UsageError, /is '10', without 0x; write 0x10, as setpci reads it, or 0xa/],
  [ROOT_PORT, 'COMMAND=1<<2|10', UsageError, /is '10', without 0x; write 0x10, as setpci reads it, or 0xa/],
  [ROOT_PORT, 'COMMAND=1<<16', UsageError, /1<<16 does not fit the register, which takes up to 0xffff/],
  [ROOT_PORT, 'COMMAND=-0x8001', UsageError, /-0x8001 does not fit the register/],
  [ROOT_PORT, 'CAP_EXP+~8', UsageError, /what is added .* is '~8'; it must be a number/],
  [ROOT_PORT, 'COMMAND=0x10000', UsageError, /0x10000 does not fit the register, which takes up to 0xffff/],
  [ROOT_PORT, 'COMAND', UsageError, /no register 'COMAND'; close are COMMAND$/],
  [ROOT_PORT, 'xyzzy', UsageError, /no register 'xyzzy'; there are VENDOR, DEVICE, /],
  [ROOT_PORT, 'COMMAND.BUSMASTER', UsageError, /COMMAND has no field 'BUSMASTER'; close are BUS_MASTER$/],
  [ROOT_PORT, 'COMMAND.BUS_MASTER.b', UsageError, /a field has no width of its own/],
  [
    ROOT_PORT,
    'COMMAND.BUS_MASTER=2',
    UsageError,
    /COMMAND\.BUS_MASTER is '2'; it must be 0, 1, true or false$/,
  ],
  [ROOT_PORT, 'COMMAND.BUS_MASTER=yes', UsageError, /it must be 0, 1, true or false$/],
  [ROOT_PORT, 'COMMAND.BUS_MASTER=10', UsageError, /the value .* write 0x10, as setpci reads it, or 0xa/],
  [
    ROOT_PORT,
    'CAP_EXP.LINK_STATUZ',
    UsageError,
    /CAP_EXP has no register 'LINK_STATUZ'; close are LINK_STATUS/,
  ],
  [ROOT_PORT, 'CAP_EXP.LINK_STATUS.X', UsageError, /LINK_STATUS has no field 'X'/],
  [
    ROOT_PORT,
    'CAP_EXP.LINK_CONTROL.ASPM=L2',
    UsageError,
    /ASPM is 'L2'; it must be NONE, L0S, L1, L0S_AND_L1, or a number from 0 to 0x3$/,
  ],
  [
    ROOT_PORT,
    'CAP_EXP.LINK_CONTROL_2.TARGET_SPEED=4',
    UsageError,
    /it must be .*2\.5.*, or a number with 0x, from 0 to 0xf$/,
  ],
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
