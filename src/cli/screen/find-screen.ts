import { UsageError } from '../failure.js'
import { type Aperture, type PciDevice, pci } from '../library.js'
import { mapAperture } from '../typed/apertures.js'
import { BOCHS, bochsScreen } from './bochs.js'
import { framebufferOf } from './framebuffer.js'
import type { Screen } from './screen.js'

/**
 * What a screen shows that has its memory in `aperture`: as the kernel tells, or, where no driver has the device, its own registers.
 * Throws if nothing tells. `sysfs` is another folder in tests.
 */
export const findScreen = (aperture: Aperture, sysfs = '/sys'): Screen => {
  const address = /^pci:([^/]+)\/[0-9]$/.exec(aperture.name)?.[1]
  if (address === undefined)
    throw unknown(aperture, 'only a BAR of a graphics card can be asked what it shows')
  const screen = framebufferOf(address, sysfs)
  if (screen) return screen
  const device = pci(address, sysfs)
  if (device.driver !== undefined)
    throw unknown(aperture, `its driver '${device.driver}' has no framebuffer in ${sysfs}/class/graphics`)
  const { vendor, device: model, bars } = device
  if (vendor !== BOCHS.vendor || model !== BOCHS.device || bars.every(({ index }) => index !== BOCHS.bar))
    throw unknown(aperture, `no driver has the device, and it is no Bochs display (QEMU's standard VGA)`)
  const shown = askBochs(device)
  if (shown) return shown
  throw unknown(aperture, 'no driver has the device, and its registers say that it shows no mode')
}

const unknown = ({ name }: Aperture, why: string): UsageError =>
  new UsageError(`nothing tells what picture lies in ${name}: ${why}. Say it: --size 1024x768`)

const askBochs = (device: PciDevice): Screen | undefined => {
  using lease = mapAperture(device.bar(BOCHS.bar), { writable: false })
  using window = lease.mapping.map(BOCHS.offset, BOCHS.length)
  return bochsScreen(window)
}
