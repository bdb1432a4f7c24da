// A card that is driven by VFIO, of a made-up kernel.
import { readdirSync } from 'node:fs'
import { PAGE_SIZE, type VfioDevice } from 'io-mapping'
import { ADDRESS, FakeVfio } from './fake-vfio.js'

export const CARD = { group: '7', regions: { 0: 4 * PAGE_SIZE }, interrupts: [1, 4, 8, 1, 1] }

/** Kinds of interrupts, as the kernel numbers them. */
export const KIND = { intx: 0, msi: 1, msix: 2, request: 4 } as const

export const withKernel = async (body: (kernel: FakeVfio) => unknown, init = {}): Promise<void> => {
  using kernel = new FakeVfio()
  kernel.add(ADDRESS, { ...CARD, ...init })
  await body(kernel)
}

export const withDevice = (
  body: (device: VfioDevice, kernel: FakeVfio) => unknown,
  init = {},
): Promise<void> =>
  withKernel(async kernel => {
    using device = kernel.open()
    await body(device, kernel)
  }, init)

/** How many this process has open. */
export const descriptors = (): number => readdirSync('/proc/self/fd').length
