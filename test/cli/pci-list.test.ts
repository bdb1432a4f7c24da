// What `iomap list` makes of filters, -v and -t, on made-up devices with the configuration spaces of QEMU's.
import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { release } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { type PciDevice, pciDevices } from 'io-mapping'
import { UsageError } from '../../src/cli/failure.js'
import { detailsOf, formatDetails, jsonOfDetails } from '../../src/cli/pci/details.js'
import { parseFilter, passes } from '../../src/cli/pci/filter.js'
import { PciIds } from '../../src/cli/pci/ids.js'
import { installedModules, KernelModules } from '../../src/cli/pci/kernel-modules.js'
import { describeDevice } from '../../src/cli/pci/listing.js'
import { jsonOfDecoded } from '../../src/cli/pci/show.js'
import { tellerOf } from '../../src/cli/pci/told.js'
import { treeData, treeText } from '../../src/cli/pci/tree-listing.js'
import { BRIDGE, bytesOf, NIC, NVME, ROOT_PORT } from '../support/config-spaces.js'
import { FakeSysfs } from '../support/sysfs.js'
import { temporaryFolder } from './iomap.js'

const IDS = new PciIds(
  [
    ...['1b36  Red Hat, Inc.', '\t0010  NVM Express Controller', '\t\t1af4 1100  A card'],
    ...['1af4  Virtio', 'C 01  Mass storage controller', '\t08  Non-Volatile memory controller'],
    ...['\t\t02  NVM Express', 'C 02  Network controller', '\t00  Ethernet controller', ''],
  ].join('\n'),
)

const MODULES = new KernelModules(
  'alias pci:v*d*sv*sd*bc01sc08i02* nvme\nalias pci:v00008086d000010D3sv*sd*bc*sc*i* e1000e\n',
)

/** A root port with an NVMe controller behind it, a network card, a bridge; and one in another domain. */
const machine = (): FakeSysfs => {
  const sysfs = new FakeSysfs()
  const port = { vendor: 0x1b36, device: 0x000c, class: 0x060400 }
  sysfs.add('0000:00:06.0', {
    ...{ vendor: 0x8086, device: 0x10d3, class: 0x020000, irq: 22, config: bytesOf(NIC) },
    files: { modalias: 'pci:v00008086d000010D3sv00008086sd00000000bc02sc00i00\n' },
  })
  sysfs.add('0000:00:07.0', { ...port, device: 1, config: bytesOf(BRIDGE, 256) })
  sysfs.add('0000:00:08.0', { ...port, config: bytesOf(ROOT_PORT), iommuGroup: 7 })
  sysfs.add('0000:02:00.0', {
    ...{ vendor: 0x1b36, device: 0x0010, class: 0x010802, revision: 2, config: bytesOf(NVME) },
    ...{ parent: '0000:00:08.0', irq: 20, subsystem: { vendor: 0x1af4, device: 0x1100 }, driver: 'nvme' },
    files: {
      ...{ 'msi_irqs/31': 'msix\n', 'msi_irqs/4': 'msix\n', power_state: 'D0\n', numa_node: '-1\n' },
      ...{ current_link_speed: '2.5 GT/s PCIe\n', current_link_width: '1\n' },
      ...{ max_link_speed: '16.0 GT/s PCIe\n', max_link_width: '32\n' },
      modalias: 'pci:v00001B36d00000010sv00001AF4sd00001100bc01sc08i02\n',
    },
  })
  sysfs.add('0001:00:06.0', { vendor: 0x1234, device: 0x11e8, class: 0x00ff00, config: bytesOf(NIC) })
  mkdirSync(join(sysfs.root, 'bus/pci/slots/0-2'), { recursive: true })
  writeFileSync(join(sysfs.root, 'bus/pci/slots/0-2/address'), '0000:02:00\n')
  return sysfs
}

const items = (sysfs: FakeSysfs) =>
  pciDevices(sysfs.root).map(device => ({ device, listed: describeDevice(device, IDS) }))

describe('filters', () => {
  const chosen = (...texts: string[]): string[] => {
    using sysfs = machine()
    const filters = texts.map(parseFilter)
    return items(sysfs)
      .filter(({ listed }) => passes(filters, listed))
      .map(({ listed }) => listed.address)
  }
  const port = '0000:00:08.0'
  const [nic, bridge, nvme, other] = ['0000:00:06.0', '0000:00:07.0', '0000:02:00.0', '0001:00:06.0']
  const cases: [filters: string, addresses: string[]][] = [
    ['0000:00:06.0', [nic]],
    ['0000:00:06', [nic]],
    ['0000:00', [nic, bridge, port]],
    ['00:06.0', [nic, other]],
    ['02:00', [nvme]],
    ['02:', [nvme]],
    ['06.0', [nic, other]],
    ['8086:10d3', [nic]],
    ['1B36:', [bridge, port, nvme]],
    [':0010', [nvme]],
    ['class:0604', [bridge, port]],
    ['class:0x06', [bridge, port]],
    ['class:010802', [nvme]],
    ['class:NETWORK', [nic]],
    ['class:ethernet', [nic]],
    ['class:volatile', [nvme]],
    ['00:06.0 02:00.0', [nic, nvme, other]],
    ['00:06.0 8086:', [nic]],
    ['1b36: class:bridge', [bridge, port]],
    ['1b36: class:display', []],
  ]
  for (const [filters, addresses] of cases)
    test(filters, () => assert.deepEqual(chosen(...filters.split(' ')), addresses))

  for (const text of ['8086', '', ':', 'class:', '00:06.8', '0:6.0', '123:4567', 'pci:00:06.0', '00:06.0/0'])
    test(`'${text}' is none`, () =>
      assert.throws(
        () => parseFilter(text),
        (error: Error) =>
          error instanceof UsageError && /is no filter; it must be one such as /.test(error.message),
      ))
})

const SOURCES = (sysfs: FakeSysfs) => ({ ids: IDS, modules: MODULES, sysfs: sysfs.root })

const withDetails = (
  address: string,
  body: (details: ReturnType<typeof detailsOf>, device: PciDevice) => void,
): void => {
  using sysfs = machine()
  const device = pciDevices(sysfs.root).find(each => each.address === address) ?? assert.fail()
  body(detailsOf(device, SOURCES(sysfs)), device)
}

test('all that is told of a device', () =>
  withDetails('0000:02:00.0', details => {
    const lines = formatDetails(details, '  ').split('\n')
    assert.deepEqual(lines.slice(0, 16), [
      '  class            0108, interface 0x02 (NVM Express)',
      '  revision         0x02',
      '  subsystem        Virtio A card [1af4:1100]',
      '  slot             0-2',
      '  command          IO, MEMORY, BUS_MASTER, SERR, INTX_DISABLE',
      '  bus mastering    on',
      '  status           CAPABILITIES_LIST, DEVSEL_TIMING=0 (fast)',
      '  interrupt        INTA, IRQ 20, MSI-X in use: IRQ 4 31',
      '  NUMA node        none',
      '  IOMMU group      none',
      '  link             2.5 GT/s x1, at most 16 GT/s x32',
      '  power            D0',
      '  modules          nvme',
      '  [40] msi-x  CONTROL: LAST=0 (1 vector), ENABLE; TABLE: OFFSET_8=0x400 (at 0x2000);',
      '       PENDING_BITS: OFFSET_8=0x600 (at 0x3000)',
      '  [80] pci-express  CAPABILITIES: VERSION=2, TYPE=ENDPOINT;',
    ])
    assert.ok(lines.every(line => line.length <= 100))
  }))

test('of a bridge, its buses and what it passes on', () =>
  withDetails('0000:00:08.0', details => {
    const text = formatDetails(details, '')
    assert.match(text, /^bus +00, behind it 02 to 02$/m)
    assert.match(text, /^behind it +I\/O ports 0x1000-0x1fff$/m)
    assert.match(text, /^behind it +memory 0xfe600000-0xfe7fffff$/m)
    assert.match(text, /^behind it +prefetchable memory 0xfd600000-0xfd7fffff$/m)
    assert.match(text, /^secondary status +\S/m)
    assert.match(text, /^bridge control +SERR$/m)
    assert.match(text, /^IOMMU group +7$/m)
  }))

test('what is data is in the text, too: each flag that is set, each capability', () => {
  for (const address of ['0000:00:06.0', '0000:00:07.0', '0000:00:08.0', '0000:02:00.0'])
    withDetails(address, details => {
      const text = formatDetails(details, '').replaceAll(/\s+/g, ' ')
      const [, ...capabilities] = details.parts
      for (const part of capabilities) {
        const { name, registers } = jsonOfDecoded(part)
        assert.ok(text.includes(`] ${name}`), `${address} ${name}`)
        for (const { name: register, fields = {}, value } of registers) {
          if (['ID', 'NEXT', 'HEADER'].includes(register) || value === 0) continue
          assert.ok(text.includes(register), `${address} ${name} ${register}`)
          for (const [field, is] of Object.entries(fields))
            if (is !== false && is !== 0) assert.ok(text.includes(field), `${register}.${field}`)
        }
      }
    })
})

test('as data', () =>
  withDetails('0000:02:00.0', details => {
    const { header, capabilities, ...facts } = jsonOfDetails(details)
    assert.deepEqual(facts, {
      slot: '0-2',
      messageInterrupts: [
        { irq: 4, kind: 'msix' },
        { irq: 31, kind: 'msix' },
      ],
      link: { speed: 2.5, width: 1, maxSpeed: 16, maxWidth: 32 },
      ...{ rom: null, powerState: 'D0', physicalFunction: null, virtualFunctions: [] },
      ...{ parent: '0000:00:08.0', revision: 2, interfaceName: 'NVM Express' },
      subsystem: { vendor: 0x1af4, device: 0x1100, vendorName: 'Virtio', name: 'A card' },
      ...{ irq: 20, numaNode: null, iommuGroup: null, modules: ['nvme'] },
    })
    assert.equal(header?.name, 'header')
    assert.deepEqual(
      capabilities?.map(({ name }) => name),
      ['msi-x', 'pci-express', 'power-management', 'ari', 'sr-iov'],
    )
  }))

const AMONG = {
  all: `0000:00
+- 06.0  Ethernet controller: [8086:10d3], no driver
+- 07.0  [01] Bridge: Red Hat, Inc. [1b36:0001], no driver
\`- 08.0  [02] Bridge: Red Hat, Inc. [1b36:000c], no driver
   \`- 00.0  Non-Volatile memory controller: Red Hat, Inc. NVM Express Controller [1b36:0010], driver nvme
0001:00
\`- 06.0  Unclassified device: [1234:11e8], no driver
`,
  nvme: `0000:00
\`- 08.0  [02] Bridge: Red Hat, Inc. [1b36:000c], no driver
   \`- 00.0  Non-Volatile memory controller: Red Hat, Inc. NVM Express Controller [1b36:0010], driver nvme
`,
}

test('a tree: devices below the bridges that lead to them', async () => {
  using sysfs = machine()
  const tell = await tellerOf(false, IDS)
  const all = items(sysfs)
  assert.equal(
    treeText(all, () => true, undefined),
    AMONG.all,
  )
  const isNvme = ({ device }: { device: PciDevice }) => device.device === 0x0010
  assert.equal(treeText(all, isNvme, undefined), AMONG.nvme)
  const [port] = treeData(all, isNvme, tell) as { address: string; children: { address: string }[] }[]
  assert.deepEqual(
    [port?.address, port?.children.map(({ address }) => address)],
    ['0000:00:08.0', ['0000:02:00.0']],
  )
  const told = treeText(all, isNvme, item => ({ ...tell(item), notes: indent => `${indent}more\n` }))
  assert.equal(told, `${AMONG.nvme}         more\n`)
})

test('the kernel modules that can drive a device', () => {
  assert.deepEqual(MODULES.for('pci:v00008086d000010D3sv00008086sd00000000bc02sc00i00'), ['e1000e'])
  assert.deepEqual(MODULES.for('pci:v00001B36d00000010sv00001AF4sd00001100bc01sc08i02'), ['nvme'])
  assert.deepEqual(MODULES.for('pci:v00001234d000011E8sv00000000sd00000000bc00scFFi00'), [])
  const root = temporaryFolder()
  assert.deepEqual(installedModules(root).for('pci:v00008086d000010D3'), [])
  mkdirSync(join(root, release()))
  writeFileSync(
    join(root, release(), 'modules.alias'),
    '# Aliases\nalias usb:x y\nalias pci:v0000ABCDd* one\n',
  )
  assert.deepEqual(installedModules(root).for('pci:v0000ABCDd00000001sv'), ['one'])
})
