// A graphics card as a PCI device of a made-up sysfs.
import { PAGE_SIZE, type PciDevice, pci } from 'io-mapping'
import { FAKE_BUS, FakeSysfs, MEMORY_BAR, PORTS_BAR, PREFETCHABLE_BAR } from './sysfs.js'

/** Of BAR 0, in bytes. */
export const SIZE = 4 * PAGE_SIZE
export const ADDRESS = '0000:00:02.0'

/** BAR 0 prefetchable, 1 ports, 2 not prefetchable, 3 without a resource file, 5 within a page. */
export class PciCard implements Disposable {
  readonly sysfs = new FakeSysfs()
  readonly device: PciDevice

  constructor(command = 0x7, driver?: string) {
    this.sysfs.add(ADDRESS, {
      command,
      ...(driver === undefined ? {} : { driver }),
      bars: {
        0: { base: FAKE_BUS, size: SIZE, flags: PREFETCHABLE_BAR },
        1: { base: 0xc000, size: 32, flags: PORTS_BAR },
        2: { base: FAKE_BUS + 0x100000, size: PAGE_SIZE, flags: MEMORY_BAR },
        3: { base: FAKE_BUS + 0x200000, size: PAGE_SIZE, flags: MEMORY_BAR },
        5: { base: FAKE_BUS + 0x300010, size: 16, flags: MEMORY_BAR },
      },
      resources: {
        resource0: SIZE,
        resource0_wc: SIZE,
        resource1: 32,
        resource2: PAGE_SIZE,
        resource5: PAGE_SIZE,
      },
    })
    this.device = pci(ADDRESS, this.sysfs.root)
  }

  path(name: string): string {
    return this.sysfs.path(ADDRESS, name)
  }

  [Symbol.dispose](): void {
    this.sysfs[Symbol.dispose]()
  }
}
