// What `iomap doctor` says of one aperture, on made-up systems.
import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import { describe, test } from 'node:test'
import { apertureChecks } from '../../src/cli/doctor/aperture/checks.js'
import { examine } from '../../src/cli/doctor/check.js'
import type { System } from '../../src/cli/doctor/system.js'
import { UsageError } from '../../src/cli/failure.js'
import { FakeDeviceTree } from '../support/device-tree.js'
import { type Expected, expectFinding } from '../support/doctor.js'
import { CARD, CONFIG, GIVEN, iomemOf, limits, MadeUpSystem } from '../support/made-up-system.js'
import { FAKE_BUS } from '../support/sysfs.js'

const of = (text: string) => (system: System) => apertureChecks(text, system)

type Change = (made: MadeUpSystem) => void
const write =
  (name: string, content: string): Change =>
  made =>
    made.write(name, content)
const remove =
  (name: string): Change =>
  made =>
    made.remove(name)
const refuse =
  (name: string, code: string): Change =>
  made =>
    void made.refused.set(name, code)
const both =
  (...changes: Change[]): Change =>
  made => {
    for (const change of changes) change(made)
  }

const FOLDER = `/sys/bus/pci/devices/${CARD}`
const STRICT = write(CONFIG, 'CONFIG_DEVMEM=y\nCONFIG_STRICT_DEVMEM=y\nCONFIG_IO_STRICT_DEVMEM=y\n')
const claimed = write('/proc/iomem', iomemOf('bochs'))
const held: Change = both(claimed, made => made.link(`${FOLDER}/driver`, '../../drivers/bochs'))
const UNTOLD = write('/proc/iomem', '00000000-00000000 : System RAM\n')
const NO_RIGHTS = write('/proc/self/status', 'CapEff:\t0000000000000000\n')
const command = (bits: number): Change => {
  const config = Buffer.alloc(64)
  config.writeUInt16LE(bits, 4)
  return made => made.write(`${FOLDER}/config`, config)
}

/** By aperture and check. */
const CASES: Record<string, Record<string, readonly Expected[]>> = {
  [`pci:${CARD}/0`]: {
    device: [
      { name: 'there', state: 'ok', found: /^0000:00:02\.0 \[1234:1111\]$/ },
      {
        name: 'not there',
        change: remove(FOLDER),
        state: 'obstacle',
        found: /no PCI device/,
        commands: /^iomap list$/,
      },
      {
        name: 'without a vendor',
        change: remove(`${FOLDER}/vendor`),
        state: 'obstacle',
        found: /was the device removed/,
      },
    ],
    BAR: [{ name: 'there', state: 'ok', found: /^64K of memory at 0x3f0000000000, 32-bit, prefetchable$/ }],
    'memory types': [
      { name: 'both', state: 'ok', found: /^write-combining, uncached$/ },
      { name: 'one', change: remove(`${FOLDER}/resource0_wc`), state: 'ok', found: /^uncached; createWc/ },
    ],
    power: [
      { name: 'on', change: write(`${FOLDER}/power_state`, 'D0\n'), state: 'ok', found: /^D0$/ },
      { name: 'not told', state: 'ok', found: /as far as is known/ },
      {
        name: 'without power',
        change: write(`${FOLDER}/power_state`, 'D3cold\n'),
        state: 'obstacle',
        found: /^D3cold$/,
        commands: /^echo on > .*\/power\/control$/,
      },
      {
        name: 'asleep',
        change: write(`${FOLDER}/power_state`, 'D3hot\n'),
        state: 'warning',
        found: /^D3hot$/,
        commands: /^echo on > \/sys\/bus\/pci\/devices\/0000:00:02\.0\/power\/control$/,
      },
    ],
    'memory enabled': [
      { name: 'yes', state: 'ok', found: /^yes$/ },
      {
        name: 'no',
        change: command(0),
        state: 'obstacle',
        found: /disabled/,
        commands: /^echo 1 > .*\/enable$/,
      },
      {
        name: 'no, though it was enabled before',
        change: both(command(0), write(`${FOLDER}/enable`, '1\n')),
        state: 'obstacle',
        found: /disabled/,
        commands: /^setpci -s 0000:00:02\.0 COMMAND=2:2$/,
      },
      {
        name: 'no, by its driver',
        change: both(command(0), held),
        state: 'obstacle',
        found: /disabled/,
        commands: /^echo 0000:00:02\.0 > \/sys\/bus\/pci\/drivers\/bochs\/unbind$/,
      },
      {
        name: 'gone',
        change: made => made.write(`${FOLDER}/config`, new Uint8Array(64).fill(0xff)),
        state: 'obstacle',
        found: /does not answer/,
        commands: /rescan$/,
      },
      { name: 'not told', change: remove(`${FOLDER}/config`), state: 'unknown', found: /can’t be read/ },
      {
        name: 'not asked of one that would wake',
        change: both(write(`${FOLDER}/power_state`, 'D3cold\n'), command(0)),
        state: 'unknown',
        found: /would wake/,
      },
    ],
    driver: [
      { name: 'none', state: 'ok', found: /^none$/ },
      {
        name: 'one that has claimed it, and a strict kernel',
        change: both(held, STRICT),
        state: 'obstacle',
        found: /^driver 'bochs' holds it$/,
        commands: /^echo 0000:00:02\.0 > \/sys\/bus\/pci\/drivers\/bochs\/unbind$/,
      },
      {
        name: 'the same, relaxed',
        change: both(held, STRICT, write('/proc/cmdline', 'iomem=relaxed')),
        state: 'warning',
        found: /lets both have it/,
      },
      {
        name: 'the same, and a kernel that is not strict',
        change: held,
        state: 'warning',
        found: /lets both have it/,
      },
      {
        name: 'the same, relaxed, and a kernel of which nothing else is known',
        change: both(held, remove(CONFIG), write('/proc/cmdline', 'iomem=relaxed')),
        state: 'warning',
        found: /lets both have it/,
      },
      {
        name: 'the same, and a kernel of which nothing is known',
        change: both(held, remove(CONFIG)),
        state: 'unknown',
        found: /'bochs' holds it; whether .* not known/,
        commands: /unbind$/,
      },
      {
        name: 'one that has claimed nothing of it',
        change: both(held, STRICT, write('/proc/iomem', iomemOf())),
        state: 'ok',
        found: /has not claimed this BAR/,
      },
      {
        name: 'a claim without a driver',
        change: both(claimed, STRICT),
        state: 'obstacle',
        found: /'bochs' has claimed it/,
        advice: /iomem=relaxed/,
      },
      {
        name: 'one, told to another than root',
        change: both(held, STRICT, UNTOLD),
        state: 'unknown',
        found: /root alone/,
        commands: /unbind$/,
      },
      { name: 'none, told to another than root', change: UNTOLD, state: 'ok', found: /^none$/ },
    ],
    permission: [
      { name: 'may', state: 'ok', found: /^resource0 may be read and written$/ },
      {
        name: 'may not',
        change: refuse(`${FOLDER}/resource0`, 'EACCES'),
        state: 'obstacle',
        found: /no permission/,
        commands: /^sudo/,
      },
      {
        name: 'read-only',
        change: refuse(`${FOLDER}/resource0`, 'EROFS'),
        state: 'obstacle',
        found: /read-only/,
        commands: /remount/,
      },
      {
        name: 'another reason',
        change: refuse(`${FOLDER}/resource0`, 'EIO'),
        state: 'obstacle',
        found: /EIO/,
      },
    ],
    '/sys': [
      {
        name: 'read-only',
        change: write('/proc/self/mounts', 'sysfs /sys sysfs ro 0 0\n'),
        state: 'obstacle',
        found: /read-only/,
      },
    ],
    lockdown: [
      {
        name: 'on',
        change: write('/sys/kernel/security/lockdown', 'none [integrity] confidentiality'),
        state: 'obstacle',
        found: /integrity/,
      },
    ],
  },
  [`pci:${CARD}/1`]: { BAR: [{ name: 'of ports', state: 'obstacle', found: /I\/O ports/ }] },
  [`pci:${CARD}/5`]: {
    BAR: [{ name: 'that is not there', state: 'obstacle', found: /does not exist; .*: 0, 2/ }],
  },
  [`vfio:${GIVEN}/0`]: {
    device: [
      {
        name: 'not there',
        change: remove(`/sys/bus/pci/devices/${GIVEN}`),
        state: 'obstacle',
        found: /no PCI device/,
      },
    ],
    BAR: [{ name: 'there', state: 'ok', found: /^64K of memory/ }],
    driver: [
      { name: 'vfio-pci', state: 'ok', found: /bound to one of VFIO/ },
      {
        name: 'none',
        change: remove(`/sys/bus/pci/devices/${GIVEN}/driver`),
        state: 'obstacle',
        found: /not bound to vfio-pci, no driver has it/,
        commands:
          /^modprobe vfio-pci\necho vfio-pci > .*driver_override\necho 0000:00:04\.0 > .*drivers_probe$/,
      },
      {
        name: 'another',
        change: made => made.link(`/sys/bus/pci/devices/${GIVEN}/driver`, '../../drivers/nvme'),
        state: 'obstacle',
        found: /'nvme'/,
        commands: /drivers\/nvme\/unbind\n/,
      },
    ],
    'IOMMU group': [
      { name: 'its own', state: 'ok', found: /^7, and no driver/ },
      {
        name: 'with another that a driver has',
        change: made => {
          made.add('0000:00:05.0', 'e1000')
          made.group('7', '0000:00:05.0')
        },
        state: 'obstacle',
        found: /its group, 7, .*0000:00:05\.0 \('e1000'\)$/,
        commands: /^echo 0000:00:05\.0 > \/sys\/bus\/pci\/drivers\/e1000\/unbind$/,
      },
      {
        name: 'with a port that harms nobody',
        change: made => {
          made.add('0000:00:05.0', 'pcieport')
          made.group('7', '0000:00:05.0')
        },
        state: 'ok',
        found: /^7, /,
      },
      {
        name: 'none, without an IOMMU',
        change: made => {
          for (const name of [
            `/sys/bus/pci/devices/${GIVEN}/iommu_group`,
            '/sys/kernel/iommu_groups',
            '/sys/class/iommu',
          ])
            made.remove(name)
        },
        state: 'obstacle',
        found: /no IOMMU group/,
        advice: /VT-d/,
      },
      {
        name: 'none yet, in the noiommu mode',
        change: both(
          remove(`/sys/bus/pci/devices/${GIVEN}/iommu_group`),
          write('/sys/module/vfio/parameters/enable_unsafe_noiommu_mode', 'Y\n'),
        ),
        state: 'ok',
        found: /none yet/,
      },
    ],
    'interrupt remapping': [
      { name: 'on', state: 'ok', found: /^on$/ },
      {
        name: 'off',
        change: write('/proc/interrupts', ''),
        state: 'obstacle',
        found: /^off$/,
        commands: /allow_unsafe_interrupts$/,
      },
    ],
    'IOMMU module': [
      { name: 'loaded', state: 'ok', found: /loaded/ },
      {
        name: 'not loaded',
        change: remove('/sys/module/vfio_iommu_type1'),
        state: 'obstacle',
        found: /not loaded/,
        commands: /^modprobe/,
      },
      {
        name: 'not needed',
        change: both(
          remove('/dev/vfio/7'),
          write('/dev/vfio/noiommu-7', ''),
          remove('/sys/module/vfio_iommu_type1'),
        ),
        state: 'ok',
        found: /noiommu/,
      },
    ],
    nodes: [
      { name: 'may', state: 'ok', found: /^\/dev\/vfio\/7, \/dev\/vfio\/vfio: may be/ },
      {
        name: 'may not',
        change: refuse('/dev/vfio/7', 'EACCES'),
        facts: { uid: 1, user: 'ada' },
        state: 'obstacle',
        found: /\/dev\/vfio\/7: no permission/,
        commands: /^chown ada \/dev\/vfio\/7$/,
      },
      {
        name: 'not there',
        change: remove('/dev/vfio/vfio'),
        state: 'obstacle',
        found: /\/dev\/vfio\/vfio does not exist/,
      },
      { name: 'another reason', change: refuse('/dev/vfio/7', 'EIO'), state: 'unknown', found: /EIO/ },
      {
        name: 'of its own',
        change: made => {
          made.remove('/dev/vfio/7')
          made.folder(`/sys/bus/pci/devices/${GIVEN}/vfio-dev/vfio0`)
          made.write('/dev/vfio/devices/vfio0', '')
          made.write('/dev/iommu', '')
        },
        state: 'ok',
        found: /^\/dev\/vfio\/devices\/vfio0, \/dev\/iommu: may/,
      },
      {
        name: 'of the noiommu mode, without the capability',
        change: both(remove('/dev/vfio/7'), write('/dev/vfio/noiommu-7', ''), NO_RIGHTS),
        state: 'obstacle',
        found: /CAP_SYS_RAWIO/,
      },
      {
        name: 'not yet',
        change: remove(`/sys/bus/pci/devices/${GIVEN}/driver`),
        state: 'ok',
        found: /made when/,
      },
    ],
    'in use': [
      { name: 'by nobody', state: 'ok', found: /no program/ },
      {
        name: 'by a program',
        change: made => made.link('/proc/123/fd/4', '/dev/vfio/7'),
        state: 'obstacle',
        found: /^\/dev\/vfio\/7 is open in process 123$/,
        commands: /^ps -fp 123$/,
      },
      {
        name: 'by another node’s',
        change: made => made.link('/proc/123/fd/4', '/dev/vfio/8'),
        state: 'ok',
        found: /no program/,
      },
    ],
    'locked memory': [
      {
        name: 'little',
        change: both(write('/proc/self/limits', limits({ 'locked memory': 65536 })), NO_RIGHTS),
        state: 'warning',
        found: /^64K$/,
      },
    ],
  },
  [`vfio:${GIVEN}/1`]: { BAR: [{ name: 'of ports', state: 'obstacle', found: /I\/O ports/ }] },
  [`vfio:${GIVEN}/4`]: { BAR: [{ name: 'that is not there', state: 'obstacle', found: /does not exist/ }] },
  'uio:0/0': {
    device: [
      { name: 'there', state: 'ok', found: /^uio0 'card', version 0\.1$/ },
      {
        name: 'not there',
        change: remove('/sys/class/uio'),
        state: 'obstacle',
        found: /no UIO device 0/,
        commands: /new_id$/,
      },
    ],
    map: [
      { name: 'there', state: 'ok', found: /^uio:0\/0: 8K at 0x50000000$/ },
      {
        name: 'not there',
        change: remove('/sys/class/uio/uio0/maps'),
        state: 'obstacle',
        found: /has no map 0/,
      },
    ],
    'whole pages': [
      { name: 'two', state: 'ok', found: /^yes$/ },
      {
        name: 'a part of one',
        change: write('/sys/class/uio/uio0/maps/map0/size', '0x100\n'),
        state: 'obstacle',
        found: /0x100 bytes, less than a page/,
      },
      {
        name: 'from within one',
        change: write('/sys/class/uio/uio0/maps/map0/addr', '0x50000100\n'),
        state: 'obstacle',
        found: /within a page/,
      },
      {
        name: 'from a page on, with an offset',
        change: write('/sys/class/uio/uio0/maps/map0/offset', '0x100\n'),
        state: 'ok',
        found: /^yes$/,
      },
    ],
    node: [
      { name: 'may', state: 'ok', found: /^\/dev\/uio0: may/ },
      {
        name: 'may not',
        change: refuse('/dev/uio0', 'EACCES'),
        facts: { uid: 1, user: 'ada' },
        state: 'obstacle',
        found: /no permission/,
        commands: /^chown ada \/dev\/uio0$/,
      },
      {
        name: 'not there',
        change: remove('/dev/uio0'),
        state: 'obstacle',
        found: /does not exist/,
        advice: /docker run --device/,
      },
    ],
  },
  'uio:card/regs': { map: [{ name: 'by its name', state: 'ok', found: /^uio:0\/0/ }] },
  'physical:0x60000000+4K': {
    claimed: [
      { name: 'RAM', state: 'obstacle', found: /^RAM: 'System RAM' at 0x1000$/ },
      {
        name: 'RAM that may be had',
        change: write(CONFIG, 'CONFIG_DEVMEM=y\n'),
        state: 'ok',
        found: /'System RAM'/,
      },
      {
        name: 'told to root alone',
        change: UNTOLD,
        state: 'unknown',
        found: /shows no addresses/,
        commands: /^sudo/,
      },
    ],
    '/dev/mem': [
      { name: 'may', state: 'ok', found: /may be/ },
      { name: 'not there', change: remove('/dev/mem'), state: 'obstacle', found: /does not exist/ },
      { name: 'without the capability', change: NO_RIGHTS, state: 'obstacle', found: /CAP_SYS_RAWIO/ },
    ],
  },
  'physical:0x90000000+4K': {
    claimed: [
      { name: 'nothing there', state: 'ok', found: /nobody has claimed it/ },
      {
        name: 'something there',
        change: both(STRICT, write('/proc/iomem', '90000000-900000ff : PNP0103:00\n')),
        state: 'warning',
        found: /'PNP0103:00'/,
        advice: /unbind it, or start Linux with iomem=relaxed/,
      },
    ],
  },
  [`physical:0x${FAKE_BUS.toString(16)}+4K`]: {
    driver: [
      {
        name: 'of the BAR that lies there',
        change: both(held, STRICT),
        state: 'obstacle',
        found: /'bochs' holds it/,
      },
    ],
  },
  'devicetree:serial@9000000': {
    node: [{ name: 'no tree', state: 'obstacle', found: /no device tree/ }],
  },
  'memory:1G': {
    memory: [
      { name: 'enough', state: 'ok', found: /^1G, and 1024M are available$/ },
      {
        name: 'too little',
        change: write('/proc/meminfo', 'MemAvailable:   1024 kB\n'),
        state: 'warning',
        found: /1M are/,
      },
      { name: 'nothing told', change: write('/proc/meminfo', 'x'), state: 'unknown', found: /MemAvailable/ },
    ],
  },
  'memory:32G': {
    'address space': [
      { name: 'no limit', state: 'ok', found: /unlimited/ },
      {
        name: 'less than that',
        change: write('/proc/self/limits', limits({ 'address space': 2 ** 34 })),
        state: 'warning',
        found: /by slots/,
        commands: /--as=/,
      },
      {
        name: 'less than Node’s part',
        change: write('/proc/self/limits', limits({ 'address space': 2 ** 32 })),
        state: 'warning',
        found: /^4G$/,
      },
    ],
  },
  'file:/card': {
    file: [
      { name: 'there', change: write('/card', '1234'), state: 'ok', found: /^a file of 0x4$/ },
      { name: 'not there', state: 'obstacle', found: /does not exist/, commands: /^truncate -s 16M \/card$/ },
      { name: 'empty', change: write('/card', ''), state: 'obstacle', found: /empty/ },
      {
        name: 'a folder',
        change: made => mkdirSync(made.path('/card')),
        state: 'obstacle',
        found: /no file/,
      },
      {
        name: 'a device node',
        change: made => made.link('/card', '/dev/null'),
        state: 'obstacle',
        found: /no end/,
      },
    ],
    permission: [
      { name: 'may', change: write('/card', '1234'), state: 'ok', found: /read and written/ },
      {
        name: 'read-only',
        change: both(write('/card', '1234'), refuse('/card for writing', 'EROFS')),
        state: 'warning',
        found: /not written \(EROFS\)/,
      },
      {
        name: 'may not',
        change: both(write('/card', '1234'), refuse('/card', 'EACCES')),
        state: 'obstacle',
        found: /may not be read/,
      },
    ],
  },
  [`file:${FOLDER}/resource0`]: {
    driver: [
      {
        name: 'of the BAR that it is',
        change: both(held, STRICT),
        state: 'obstacle',
        found: /'bochs' holds it/,
      },
    ],
  },
}

for (const [text, checks] of Object.entries(CASES))
  describe(text, () => {
    for (const [check, cases] of Object.entries(checks))
      for (const each of cases)
        test(`${check}: ${each.name}`, () => void expectFinding(of(text), check, each))
  })

describe('a device tree’s node', () => {
  const withTree =
    (status: string): Change =>
    made => {
      const tree = new FakeDeviceTree()
      tree.add('/', { '#address-cells': [1], '#size-cells': [1] })
      tree.add('/serial@90000000', { reg: [0x90000000, 0x1000], status })
      made.link('/sys/firmware/devicetree/base', tree.root)
    }
  const node = 'devicetree:serial@90000000'
  const cases: [text: string, check: string, expected: Expected][] = [
    [node, 'node', { name: 'there', change: withTree('okay'), state: 'ok', found: /4K at 0x90000000$/ }],
    [
      `${node}#1`,
      'node',
      { name: 'without that reg', change: withTree('okay'), state: 'obstacle', found: /no reg 1/ },
    ],
    [node, 'status', { name: 'in use', change: withTree('okay'), state: 'ok', found: /okay/ }],
    [
      node,
      'status',
      { name: 'not wired', change: withTree('disabled'), state: 'warning', found: /disabled/ },
    ],
    [node, 'claimed', { name: 'by nobody', change: withTree('okay'), state: 'ok', found: /nobody/ }],
    [
      node,
      'claimed',
      {
        name: 'by a driver',
        change: both(withTree('okay'), STRICT, write('/proc/iomem', '90000000-90000fff : pl011\n')),
        state: 'warning',
        found: /'pl011'/,
      },
    ],
  ]
  for (const [text, check, expected] of cases)
    test(`${check}: ${expected.name}`, () => void expectFinding(of(text), check, expected))
})

test('nothing is asked behind a device that is not there', () => {
  using made = new MadeUpSystem()
  made.remove(FOLDER)
  const system = made.system()
  assert.deepEqual(
    examine(apertureChecks(`pci:${CARD}/0`, system), system).map(({ check, state }) => [check, state]),
    [['device', 'obstacle']],
  )
})

test('of the card and the given one, all is well', () => {
  using made = new MadeUpSystem()
  const system = made.system()
  for (const text of [
    `pci:${CARD}/0`,
    `pci:${CARD}/2`,
    `vfio:${GIVEN}/0`,
    'uio:0/0',
    'physical:0x90000000+4K',
    'memory:1M',
  ]) {
    const findings = examine(apertureChecks(text, system), system)
    assert.ok(findings.length > 1, text)
    assert.deepEqual(
      findings.filter(({ state }) => state !== 'ok'),
      [],
      text,
    )
  }
})

for (const text of [
  '',
  'disk:4K',
  'pci:card/0',
  'pci:0000:00:02.0',
  'memory:lots',
  'physical:0x1000',
  'uio:0',
  `pci:${CARD}/9`,
])
  test(`'${text}' is a mistake`, () => {
    using made = new MadeUpSystem()
    const system = made.system()
    assert.throws(() => examine(apertureChecks(text, system), system), UsageError)
  })
