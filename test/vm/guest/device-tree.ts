// In the guest: what has no PCI, found by the device tree. The machine's clock tells whether it is it.
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { type Aperture, devicetree, IoMapping, iomem, parseAperture, physical } from 'io-mapping'
import { primeCell } from './prime-cell.js'
import { refused } from './refused.js'

const CLOCK = 'pl031@9010000'
const SERIAL = 'pl011@9000000'

test('the device tree’s nodes are apertures, by name, path, and what they are', () => {
  const clock = devicetree(CLOCK)
  assert.deepEqual(
    [clock.path, clock.compatible, clock.status],
    [`/${CLOCK}`, ['arm,pl031', 'arm,primecell'], 'okay'],
  )
  const whole = (aperture: Aperture) => [aperture.name, aperture.base, aperture.size]
  const expected = [`devicetree:/${CLOCK}`, 0x9010000, 0x1000]
  for (const name of [CLOCK, `/${CLOCK}`, 'pl031'])
    assert.deepEqual(whole(parseAperture(`devicetree:${name}`)), expected)
  assert.deepEqual(whole(iomem.find(0x9010000, 0x1000)), expected)
  const second = parseAperture('devicetree:intc@8000000#1') // the second reg of the interrupt controller
  assert.deepEqual([second.base, second.size], [0x80a0000, 0xf60000])
  const inner = devicetree('its@8080000').reg() // behind a bus, whose addresses are those of its own bus
  assert.deepEqual([inner.name, inner.base], ['devicetree:/intc@8000000/its@8080000', 0x8080000])
})

test('what a driver has claimed is refused, by the kernel’s name for it', () => {
  const claimed = /is claimed: the kernel has it as 'rtc-pl031' \(0x9010000 to 0x9010fff/
  refused('ERR_IO_ACCESS', () => IoMapping.create(`devicetree:${CLOCK}`), claimed)
  refused('ERR_IO_ACCESS', () => IoMapping.create(physical(0x9010000, 0x1000)), claimed)
  assert.deepEqual(
    iomem.resourcesAt(0x9000000, 0x1000).map(({ name }) => name),
    [SERIAL, `9000000.pl011 ${SERIAL}`],
  )
})

test('PL031: its time is the guest’s', () => {
  writeFileSync('/sys/bus/amba/drivers/rtc-pl031/unbind', '9010000.pl031')
  using mapping = IoMapping.create(`devicetree:${CLOCK}`, { writable: false })
  assert.equal(mapping.memoryType, 'uncached')
  assert.deepEqual(primeCell(mapping), { part: 0x031, id: 0xb105f00d })
  const seconds = mapping.atomic(0, page => page.read32(0))
  assert.ok(Math.abs(seconds - Date.now() / 1000) < 10, `${seconds}, and it is ${Date.now() / 1000}`)
})
