// The guest's devices, found by their PCI identities.
import assert from 'node:assert/strict'
import { type PciDevice, pciDevices } from 'io-mapping'

const find = (what: string, vendor: number, device: number): PciDevice => {
  const found = pciDevices().find(each => each.vendor === vendor && each.device === device)
  assert.ok(found, `the guest has no ${what}: start it with vm/`)
  return found
}

export const edu = (): PciDevice => find('edu device', 0x1234, 0x11e8)
export const vga = (): PciDevice => find('standard VGA', 0x1234, 0x1111)
export const nvme = (): PciDevice => find('nvme', 0x1b36, 0x0010)
export const ivshmem = (): PciDevice => find('ivshmem', 0x1af4, 0x1110)
