// What `iomap config` writes, and by which accesses.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { perform, plan } from '../../src/cli/pci/perform.js'
import { finderOf } from '../../src/cli/pci/regions.js'
import { parseRequest } from '../../src/cli/pci/request.js'
import { formatResults, jsonOfResult } from '../../src/cli/pci/results.js'
import { NIC, ROOT_PORT } from '../support/config-spaces.js'
import { results, run, withDevice } from './config-device.js'

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
  for (const value of ['06', '1<<1|1<<2', '~0xFFF9', '0x00_06'])
    changed(NIC, `COMMAND=${value}`, 4, [6, 0], 'wrote 0x0006 at 0x04.w, COMMAND (MEMORY, BUS_MASTER)')
  changed(
    NIC,
    'COMMAND=0:1<<2',
    4,
    [0x03, 0x05],
    'wrote 0x0503 at 0x04.w, COMMAND (IO, MEMORY, SERR, INTX_DISABLE); it was 0x0507',
  )
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
  changed(NIC, 'CACHE_LINE_SIZE=-1', 0x0c, [255], 'wrote 0xff at 0x0c.b, CACHE_LINE_SIZE (1020 bytes)')
  changed(NIC, 'LATENCY_TIMER=~0x80', 0x0d, [0x7f], 'wrote 0x7f at 0x0d.b, LATENCY_TIMER')
  changed(ROOT_PORT, '0x00.w=-0x2', 0, [0xfe, 0xff], 'wrote 0xfffe at 0x00.w, VENDOR')
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
