// VFIO without a device: what stands in the way, regions, DMA; by a made-up kernel (test/support/fake-vfio.ts).
import assert from 'node:assert/strict'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { totalmem } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { IoMapping, type IoMappingErrorCode, PAGE_SIZE } from 'io-mapping'
import { findCapability, rangesAt } from '#io-mapping/apertures/vfio/info.js'
import { native } from '#io-mapping/system/native.js'
import { viewOf } from '#io-mapping/system/typed-arrays.js'
import { throwsCode } from '../support/errors.js'
import { ADDRESS, FakeVfio } from '../support/fake-vfio.js'
import { patchNative } from '../support/patch.js'
import { withDevice, withKernel } from '../support/vfio-card.js'
import { needs64 } from '../support/widths.js'

const REGIONS = { 0: 4 * PAGE_SIZE, 2: PAGE_SIZE, 4: 32 }

const withCard = (body: (kernel: FakeVfio) => void, init = {}): void => {
  using kernel = new FakeVfio()
  kernel.add(ADDRESS, { group: '7', regions: REGIONS, ports: [4], interrupts: [1, 4, 8, 1, 1], ...init })
  body(kernel)
}

describe('what stands in the way is named, and nothing stays open', () => {
  const refused = (kernel: FakeVfio, message: RegExp, code: IoMappingErrorCode = 'ERR_IO_ACCESS') => {
    kernel.log.length = 0
    assert.match(throwsCode(code, `vfio:${ADDRESS} can't be opened`, () => kernel.open()).message, message)
    const opened = ['vfio/7', 'vfio/vfio', ADDRESS].filter(name => kernel.log.includes(`close ${name}`))
    return opened
  }

  test('no driver, or another one', () => {
    withCard(kernel => void refused(kernel, /not bound to vfio-pci, no driver has it.*driver_override/), {
      driver: '',
    })
    withCard(kernel => void refused(kernel, /its driver is 'nvme'.*drivers\/nvme\/unbind/), {
      driver: 'nvme',
    })
  })

  test('no IOMMU', () =>
    withCard(kernel => void refused(kernel, /no IOMMU group.*intel_iommu=on.*noiommu/), { group: undefined }))

  test('vfio-pci, which was to have it, has refused it', () =>
    withCard(
      kernel => {
        const folder = join(kernel.root.sys, 'bus/pci/devices', ADDRESS)
        writeFileSync(join(folder, 'driver_override'), 'vfio-pci\n')
        refused(kernel, /not bound to vfio-pci, which was to have it.*dmesg says why\. Bind it/)
      },
      { driver: '' },
    ))

  test('no IOMMU, for which the driver refuses it: how to bind it is not all; in noiommu mode it is', () =>
    withCard(
      kernel => {
        refused(kernel, /driver_override.*vfio-pci refuses it if it is in no IOMMU group.*noiommu/)
        const parameters = join(kernel.root.sys, 'module/vfio/parameters')
        mkdirSync(parameters, { recursive: true })
        const mode = join(parameters, 'enable_unsafe_noiommu_mode')
        writeFileSync(mode, 'N\n')
        refused(kernel, /no IOMMU group/)
        writeFileSync(mode, 'Y\n')
        refused(kernel, /drivers_probe$/)
      },
      { group: undefined, driver: '' },
    ))

  test('another device of the group, by its driver’s name; not one that harms nobody', () =>
    withCard(kernel => {
      kernel.refusals.set('viable', '')
      kernel.add('0000:00:05.0', { group: '7', driver: 'e1000' })
      kernel.add('0000:00:06.0', { group: '7', driver: 'pcieport' })
      assert.deepEqual(refused(kernel, /its group, 7, .*have: 0000:00:05\.0 \('e1000'\)\. Bind/), ['vfio/7'])
    }))

  const refusals: [string, string, RegExp, string[], IoMappingErrorCode?][] = [
    [
      'VFIO_SET_IOMMU',
      'EPERM',
      /no interrupt remapping.*type1\/parameters\/allow_unsafe_interrupts/,
      ['vfio/7', 'vfio/vfio'],
    ],
    ['VFIO_SET_IOMMU', 'ENODEV', /modprobe vfio_iommu_type1/, ['vfio/7', 'vfio/vfio']],
    ['VFIO_GROUP_GET_DEVICE_FD', 'EPERM', /no interrupt remapping.*\/iommufd\//, ['vfio/7', 'vfio/vfio']],
    ['VFIO_GROUP_GET_DEVICE_FD', 'EINVAL', /another program has it/, ['vfio/7', 'vfio/vfio']],
    ['VFIO_DEVICE_GET_INFO', 'ENODEV', /gone|removed/, ['vfio/7', 'vfio/vfio', ADDRESS]],
    ['open vfio/7', 'EBUSY', /another program has it, or another thread/, []],
    ['open vfio/7', 'EPERM', /CAP_SYS_RAWIO/, []],
    ['open vfio/vfio', 'ENOENT', /modprobe vfio-pci/, ['vfio/7'], 'ERR_IO_NO_APERTURE'],
  ]
  for (const [call, errno, message, closed, code] of refusals) {
    test(`${errno} from ${call}`, () =>
      withCard(kernel => {
        kernel.refusals.set(call, errno)
        assert.deepEqual(refused(kernel, message, code), closed)
        kernel.refusals.clear()
        kernel.open().close() // another try
      }))
  }

  test('no permission: to whom it is told how', () =>
    withCard(kernel => {
      kernel.refusals.set('open vfio/7', 'EACCES')
      refused(kernel, process.geteuid?.() === 0 ? /denied even to root/ : /SUBSYSTEM=="vfio\|vfio-dev"/)
    }))

  test('no node in /dev', () =>
    withCard(kernel => {
      rmSync(join(kernel.root.dev, 'vfio/7'))
      refused(kernel, /is the module vfio-pci loaded/, 'ERR_IO_NO_APERTURE')
    }))
})

describe('noiommu mode', () => {
  test('is told, and DMA is refused', () =>
    withCard(
      kernel => {
        using device = kernel.open()
        assert.equal(device.iommu, 'none')
        assert.equal(kernel.iommu.type, 8)
        assert.match(throwsCode('ERR_IO_DMA', 'Memory of', () => device.dma(1)).message, /noiommu mode/)
        using memory = IoMapping.createWc(`memory:${PAGE_SIZE}`)
        throwsCode('ERR_IO_DMA', `memory:`, () => device.map(memory))
        assert.equal(kernel.iommu.maps.size, 0)
      },
      { group: 'noiommu-7' },
    ))
})

describe('a device’s own node, with iommufd', () => {
  const OTHER = '0000:00:05.0'
  const withNode = (body: (kernel: FakeVfio) => void): void =>
    withCard(kernel => {
      kernel.addNode()
      body(kernel)
    })

  test('is opened, bound, attached, in this order; and closed', () =>
    withNode(kernel => {
      const device = kernel.open()
      assert.equal(device.iommu, 'iommufd')
      assert.deepEqual(kernel.log.slice(0, 3), [
        'IOMMU_IOAS_ALLOC',
        'VFIO_DEVICE_BIND_IOMMUFD',
        'VFIO_DEVICE_ATTACH_IOMMUFD_PT',
      ])
      device.close()
      assert.deepEqual(kernel.log.slice(-2), [`close ${ADDRESS}`, 'close iommu'])
    }))

  test('two of one group share what the kernel gives a group once; it is closed with the last', () =>
    withNode(kernel => {
      kernel.add(OTHER, { group: '7', regions: REGIONS })
      kernel.addNode(OTHER)
      const one = kernel.open()
      const other = kernel.open(OTHER)
      assert.equal(kernel.log.filter(each => each === 'IOMMU_IOAS_ALLOC').length, 1)
      const memory = one.dma(1)
      assert.notEqual(other.dma(1).iova, memory.iova, 'they have the same addresses')
      one.close()
      assert.ok(!kernel.log.includes('close iommu'))
      other.close()
      assert.deepEqual(kernel.log.slice(-2), [`close ${OTHER}`, 'close iommu'])
      assert.equal(kernel.iommu.maps.size, 0)
    }))

  test('two of different groups share nothing', () =>
    withNode(kernel => {
      kernel.add(OTHER, { group: '8', regions: REGIONS })
      kernel.addNode(OTHER)
      using one = kernel.open()
      using other = kernel.open(OTHER)
      assert.notEqual(one.address, other.address)
      assert.equal(kernel.log.filter(each => each === 'IOMMU_IOAS_ALLOC').length, 2)
    }))

  const refused = (kernel: FakeVfio, message: RegExp, code: IoMappingErrorCode = 'ERR_IO_ACCESS') => {
    assert.match(throwsCode(code, `vfio:${ADDRESS} can't be opened`, () => kernel.open()).message, message)
    const count = (text: string) => kernel.log.filter(each => each === text).length
    assert.equal(count('close iommu'), count('IOMMU_IOAS_ALLOC'))
  }

  const refusals: [string, string, RegExp, IoMappingErrorCode?][] = [
    // as Linux 6.12 answers
    ['VFIO_DEVICE_BIND_IOMMUFD', 'EINVAL', /another program has it, or another thread/],
    ['VFIO_DEVICE_BIND_IOMMUFD', 'EBUSY', /another program has it, or another thread/],
    [
      'VFIO_DEVICE_BIND_IOMMUFD',
      'EPERM',
      /no interrupt remapping.*iommufd\/parameters\/allow_unsafe_interrupts/,
    ],
    ['open iommu', 'ENOENT', /ENOENT from open of \/dev\/iommu.*modprobe iommufd/, 'ERR_IO_NO_APERTURE'],
    ['open vfio/devices/vfio0', 'ENOENT', /modprobe vfio-pci/, 'ERR_IO_NO_APERTURE'],
  ]
  for (const [call, errno, message, code] of refusals) {
    test(`${errno} from ${call}`, () =>
      withNode(kernel => {
        kernel.refusals.set(call, errno)
        refused(kernel, message, code)
        kernel.refusals.clear()
        kernel.open().close() // another try
      }))
  }

  test('no permission: for which of the two nodes', () =>
    withNode(kernel => {
      const isRoot = process.geteuid?.() === 0
      kernel.refusals.set('open vfio/devices/vfio0', 'EACCES')
      refused(kernel, isRoot ? /denied even to root/ : /SUBSYSTEM=="vfio\|vfio-dev"/)
      kernel.refusals.clear()
      kernel.refusals.set('open iommu', 'EACCES')
      refused(kernel, isRoot ? /denied even to root/ : /KERNEL=="iommu"/)
    }))

  test('another device of its group: a driver of the kernel’s has it, or another program', () =>
    withNode(kernel => {
      kernel.add(OTHER, { group: '7' })
      kernel.addNode(OTHER)
      kernel.refusals.set('viable', '')
      refused(
        kernel,
        /another program has 0000:00:05\.0, or another thread.* its group, 7, .*\. Or its interrupts can not be kept apart/,
      )
      kernel.add('0000:00:06.0', { group: '7', driver: 'e1000' })
      kernel.addNode('0000:00:06.0') // and no group's
      refused(kernel, /its group, 7, .*have: 0000:00:06\.0 \('e1000'\)\. Bind/)
    }))

  test('maps memory for DMA, wherever it has addresses', () =>
    withNode(kernel => {
      using device = kernel.open()
      const ranges = Array.from(
        { length: 40 },
        (_, i) => [2 ** 32 * i + 0x100000, 2 ** 32 * i + 0x1fffff] as const,
      )
      kernel.iommu.ranges = ranges // more than are asked for at first
      const all = Array.from({ length: 4 }, () => device.dma(PAGE_SIZE * 100))
      assert.deepEqual(
        all.map(({ iova }) => iova),
        [
          0x100000,
          0x100000 + PAGE_SIZE * 100,
          ...[1, 1].map((n, i) => 2 ** 32 * n + 0x100000 + i * PAGE_SIZE * 100),
        ],
      )
      using memory = IoMapping.create(`memory:${PAGE_SIZE}`, { writable: false })
      const window = device.map(memory)
      assert.equal(kernel.iommu.maps.get(window.iova)?.writable, false)
      for (const each of all) each.free()
      window.unmap()
      assert.equal(kernel.iommu.maps.size, 0)
    }))
})

describe('a BAR of which a page can’t be mapped', () => {
  const SPARSE = { sparse: { 0: [[3, 4] as const, [0, 2] as const] } }
  const gap = (call: string, act: () => unknown) =>
    assert.match(throwsCode('ERR_IO_ACCESS', call, act).message, /MSI-X table/)

  for (const strategy of ['permanent', 'slots', 'per-call'] as const) {
    test(`${strategy}: windows over it are refused, others work`, () =>
      withCard(kernel => {
        using device = kernel.open()
        using mapping = IoMapping.create(device.bar(0), { strategy })
        assert.equal(mapping.strategy, strategy)
        gap('map: ', () => mapping.map())
        gap('map: ', () => mapping.map(2 * PAGE_SIZE))
        gap('map: ', () => mapping.map(PAGE_SIZE + 8, PAGE_SIZE))
        gap('map: ', () => mapping.map(2 * PAGE_SIZE + 8, 4))
        gap('mapAtomic: ', () => mapping.mapAtomic(2 * PAGE_SIZE))
        mapping.map(3 * PAGE_SIZE).write32(8, 0x12345678)
        assert.equal(mapping.map(3 * PAGE_SIZE).u32[2], 0x12345678)
        mapping.map(0, 2 * PAGE_SIZE).write32(2 * PAGE_SIZE - 4, 7)
        assert.equal(mapping.map(0, 2 * PAGE_SIZE).read32(2 * PAGE_SIZE - 4), 7)
      }, SPARSE))
  }

  test('transfers, too', async () => {
    using kernel = new FakeVfio()
    kernel.add(ADDRESS, { group: '7', regions: REGIONS, ...SPARSE })
    using device = kernel.open()
    using mapping = IoMapping.create(device.bar(0))
    for (const strategy of ['readAsync', 'writeAsync'] as const) {
      const promise =
        strategy === 'readAsync'
          ? mapping.readAsync(PAGE_SIZE, 2 * PAGE_SIZE)
          : mapping.writeAsync(PAGE_SIZE, new Uint8Array(2 * PAGE_SIZE))
      await assert.rejects(promise, { code: 'ERR_IO_ACCESS' })
    }
    assert.equal((await mapping.readAsync(0, 2 * PAGE_SIZE)).length, 2 * PAGE_SIZE)
  })

  test('windows in WebAssembly memories, too', { skip: needs64('mapInto') }, () => {
    using kernel = new FakeVfio()
    kernel.add(ADDRESS, { group: '7', regions: REGIONS, ...SPARSE })
    using device = kernel.open()
    using mapping = IoMapping.create(device.bar(0))
    const memory = new WebAssembly.Memory({ initial: 4, maximum: 4 })
    gap('mapInto: ', () => mapping.mapInto(memory, 0, PAGE_SIZE, 2 * PAGE_SIZE))
    mapping.mapInto(memory, 0, 0, 2 * PAGE_SIZE).unmap()
  })

  test('what there is not', () =>
    withCard(kernel => {
      using device = kernel.open()
      const no = (index: number) =>
        throwsCode('ERR_IO_NO_APERTURE', `vfio:${ADDRESS}/${index}`, () => device.bar(index)).message
      assert.match(no(3), /does not exist/)
      assert.match(no(4), /ports\(4\) accesses them/)
      throwsCode('ERR_IO_ARGUMENT', 'The BAR of', () => device.bar(6))
      device.ports(4).write16(2, 0x1234)
      assert.equal(device.ports(4).read8(3), 0x12)
      throwsCode('ERR_IO_NO_APERTURE', `vfio:${ADDRESS}/0 holds memory`, () => device.ports(0))
    }))
})

describe('memory for DMA', () => {
  test('that the system refuses: why, and the addresses are free again', () =>
    withCard(kernel => {
      using device = kernel.open()
      const refusals: [string, RegExp][] = [
        ['ENOMEM', /ulimit -l/],
        ['ENOSPC', /dma_entry_limit/],
        ['EFAULT', /can not be pinned/],
      ]
      for (const [errno, message] of refusals) {
        kernel.refusals.set('VFIO_IOMMU_MAP_DMA', errno)
        assert.match(throwsCode('ERR_IO_DMA', 'Memory of', () => device.dma(1)).message, message)
      }
      kernel.refusals.clear()
      kernel.iommu.limit = PAGE_SIZE
      const first = device.dma(1)
      assert.equal(first.iova, 0x10000)
      assert.match(throwsCode('ERR_IO_DMA', 'Memory of', () => device.dma(1)).message, /ulimit -l/)
      first.free()
      assert.equal(device.dma(PAGE_SIZE).iova, 0x10000)
    }))

  test('more than the system has left, which root might pin to the last page', () =>
    withCard(kernel => {
      using device = kernel.open()
      const bytes = 2 * totalmem()
      const error = throwsCode('ERR_IO_DMA', 'Memory of', () => device.dma(bytes))
      assert.match(error.message, /would all be pinned, and the system has \d+[MG] of memory left/)
      assert.ok(!kernel.log.includes('VFIO_IOMMU_MAP_DMA'))
    }))

  test('more than there are addresses', () =>
    withCard(kernel => {
      kernel.iommu.ranges = [[0, 0x10000 + 2 * PAGE_SIZE - 1]]
      using device = kernel.open()
      const one = device.dma(PAGE_SIZE)
      assert.match(
        throwsCode('ERR_IO_DMA', 'Memory of', () => device.dma(2 * PAGE_SIZE)).message,
        /no .* of addresses/,
      )
      one.free()
      device.dma(2 * PAGE_SIZE).free()
    }))

  test('that the system does not take back is told, and its addresses are given to nobody', () =>
    withCard(kernel => {
      using device = kernel.open()
      using memory = IoMapping.createWc(`memory:${PAGE_SIZE}`)
      const window = device.map(memory)
      const mine = device.dma(1)
      kernel.refusals.set('VFIO_IOMMU_UNMAP_DMA', 'EINVAL')
      throwsCode('ERR_IO_DMA', 'memory:', () => window.unmap())
      mine.free() // always succeeds
      kernel.refusals.clear()
      assert.equal(device.dma(1).iova, mine.iova + PAGE_SIZE)
    }))
})

describe('what is made up', () => {
  test('a mapping in name alone is refused', () =>
    withDevice(device => {
      using mapping = IoMapping.create(`memory:${PAGE_SIZE}`)
      for (const wrong of [new Proxy(mapping, {}), Object.create(IoMapping.prototype)])
        throwsCode('ERR_IO_ARGUMENT', 'map: mapping', () => device.map(wrong))
    }))

  test('more memory than a number counts is refused', () =>
    withDevice(device => {
      throwsCode('ERR_IO_DMA', 'Memory of', () => device.dma(Number.MAX_SAFE_INTEGER))
    }))

  test('a record that is always longer is refused', () =>
    withKernel(kernel => {
      const { ioctl } = native
      using _ = patchNative('ioctl', (fd, request, record) => {
        const answer = ioctl(fd, request, record)
        if (request === 0x3b6b) viewOf(record).setUint32(0, record.length + 1, true)
        return answer
      })
      throwsCode('ERR_IO_ACCESS', 'vfio:', () => kernel.open())
    }))

  test('a capability that lies outside of its record is none', () => {
    const view = new DataView(new ArrayBuffer(48))
    assert.equal(findCapability(view, 0x1000, 1), undefined)
    view.setUint16(32, 1, true)
    view.setUint32(40, 1000, true)
    assert.deepEqual(rangesAt(view, 32), [])
  })
})
