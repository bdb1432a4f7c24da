// In the guest: what `iomap doctor` says stands in the way, what happens when one tries, and what its remedies do. How the kernel was
// built is in /boot.
import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { before, describe, test } from 'node:test'
import { IoMapping, type PciDevice, vfio } from 'io-mapping'
import { edu, nvme, vga } from '../machine.js'
import { bind, unbind } from './binding.js'
import { barOf, disable, doctor, type Finding, finding, mended, read, USER } from './doctor-says.js'

/** What there is to be changed: each device's driver, whether it is enabled, and its command register. */
const stateOf = (devices: readonly PciDevice[]) =>
  devices.map(({ address, driver }) => ({
    driver,
    enable: readFileSync(`/sys/bus/pci/devices/${address}/enable`, 'utf8'),
    power: readFileSync(`/sys/bus/pci/devices/${address}/power_state`, 'utf8'),
    command: readFileSync(`/sys/bus/pci/devices/${address}/config`).readUInt16LE(4),
  }))

before(() => execFileSync('mount', ['-t', 'securityfs', 'securityfs', '/sys/kernel/security']))

describe('the machine', () => {
  test('of root: nothing is in the way of all', () => {
    const report = doctor()
    assert.deepEqual(report.bad, [])
    for (const check of [
      'user',
      'capabilities',
      'container',
      'lockdown',
      'IOMMU',
      'interrupt remapping',
      'VFIO',
    ])
      assert.equal(finding(report, check).state, 'ok', check)
    assert.equal(finding(report, 'IO_STRICT_DEVMEM').found, 'yes')
    assert.match(finding(report, 'drivers').found, new RegExp(`${nvme().address} \\(nvme\\)`))
  })

  test('of another user: that he is none of root’s', () => {
    const report = doctor(undefined, USER)
    assert.deepEqual(report.bad, ['user'])
    assert.equal(finding(report, 'capabilities').state, 'warning')
  })

  test('the limits are those that bind', () => {
    const limited = (option: string) => {
      const { stdout } = spawnSync('sh', ['-c', `ulimit ${option}; iomap doctor --json`], {
        ...USER,
        encoding: 'utf8',
      })
      return JSON.parse(stdout).sections.flatMap(
        (each: { findings: Finding[] }) => each.findings,
      ) as Finding[]
    }
    const found = limited('-l 64').find(({ check }) => check === 'locked memory')
    assert.deepEqual([found?.state, found?.found], ['warning', '64K'])
  })

  test('it changes nothing', () => {
    const devices = [edu(), nvme(), vga()]
    const earlier = stateOf(devices)
    doctor()
    for (const device of devices) for (const kind of ['pci', 'vfio']) doctor(`${kind}:${device.address}/0`)
    assert.deepEqual(stateOf(devices), earlier)
  })
})

describe('a BAR', () => {
  test('that a driver holds: mapping is refused; unbound as it says, nothing is in the way, and it is mapped', () => {
    assert.equal(nvme().driver, 'nvme', 'the guest starts with the module nvme')
    mended(barOf(nvme()), 'driver', /^driver 'nvme' holds it$/, /driver 'nvme' has claimed it/)
    bind(nvme().address, 'nvme')
  })

  test('that is disabled', () => {
    disable(edu())
    mended(barOf(edu()), 'memory enabled', /disabled/, /disabled/)
  })

  test('that is there for root alone', () => {
    const text = barOf(vga())
    assert.deepEqual(doctor(text).bad, [])
    assert.equal(read(text).code, 0)
    assert.deepEqual(doctor(text, USER).bad, ['permission'])
    assert.match(read(text, USER).stderr, /no permission/)
  })

  test('that is write-combining, or is not', () => {
    const typesOf = (device: PciDevice) => finding(doctor(barOf(device)), 'memory types').found
    assert.match(typesOf(vga()), /^write-combining/)
    IoMapping.createWc(vga().bar(0)).free()
    assert.match(typesOf(edu()), /createWc.*refused/)
    assert.throws(() => IoMapping.createWc(edu().bar(0)), { code: 'ERR_IO_MEMORY_TYPE' })
  })
})

describe('bus addresses', () => {
  test('of RAM: refused', () => {
    const text = 'physical:0x100000+4K'
    assert.deepEqual(doctor(text).bad, ['claimed'])
    assert.match(read(text).stderr, /it is RAM/)
  })

  test('of a timer: mapped', () => {
    const text = 'physical:0xfed00000+4K'
    assert.deepEqual(doctor(text).bad, [])
    assert.equal(read(text).code, 0)
    assert.ok(doctor(text, USER).bad.includes('/dev/mem'))
    assert.match(read(text, USER).stderr, /\/dev\/mem is for root/)
  })
})

describe('VFIO', () => {
  const text = `vfio:${edu().address}/0`

  test('a device that is not bound; as it says, it is', () => {
    unbind(edu().address)
    mended(text, 'driver', /not bound to vfio-pci/, /not bound to vfio-pci/)
  })

  test('a node that is another’s; as it says, the user has it, without root', () => {
    mended(text, 'nodes', /no permission/, /no permission/, USER)
  })

  test('a device that a program has', () => {
    using device = vfio(edu().address)
    assert.ok(!device.closed)
    const report = doctor(text)
    assert.deepEqual(report.bad, ['in use'])
    assert.match(finding(report, 'in use').found, new RegExp(`process ${process.pid}$`))
    assert.match(read(text).stderr, /another program has it/)
    device.close()
    assert.deepEqual(doctor(text).bad, [])
  })
})

describe('UIO', () => {
  test('no device; a node that is another’s', () => {
    bind(edu().address)
    assert.deepEqual(doctor('uio:0/0').bad, ['device'])
    assert.match(read('uio:0/0').stderr, /no UIO device 0/)
    bind(edu().address, 'uio_pci_generic')
    assert.deepEqual(doctor('uio:0/0').bad, [])
    assert.equal(read('uio:0/0').code, 0)
    mended('uio:0/0', 'node', /no permission/, /no permission/, USER)
    bind(edu().address)
  })
})

describe('lockdown, until the guest ends', () => {
  test('BARs and /dev/mem are refused, and a device by VFIO is not', () => {
    bind(edu().address, 'vfio-pci')
    assert.deepEqual(doctor(barOf(vga())).bad, [])
    writeFileSync('/sys/kernel/security/lockdown', 'integrity')
    assert.deepEqual(doctor().bad, ['lockdown'])
    for (const text of [barOf(vga()), 'physical:0xfed00000+4K']) {
      assert.deepEqual(doctor(text).bad, ['lockdown'])
      assert.match(read(text).stderr, /locked down/)
    }
    assert.deepEqual(doctor(`vfio:${edu().address}/0`).bad, [])
    assert.equal(read(`vfio:${edu().address}/0`).code, 0)
  })
})
