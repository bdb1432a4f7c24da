// Which driver a device of the guest has.
import { existsSync, readdirSync, readlinkSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'

const folder = (address: string) => join('/sys/bus/pci/devices', address)

/** The name of its driver. */
export const driverOf = (address: string): string | undefined => {
  const link = join(folder(address), 'driver')
  return existsSync(link) ? basename(readlinkSync(link)) : undefined
}

/** Takes a device from its driver, if it has one. */
export const unbind = (address: string): void => {
  const driver = driverOf(address)
  if (driver !== undefined) writeFileSync(`/sys/bus/pci/drivers/${driver}/unbind`, address)
}

/** Gives it to this one, or, without a name, to the driver that it is made for. */
export const bind = (address: string, driver?: string): void => {
  unbind(address)
  writeFileSync(join(folder(address), 'driver_override'), `${driver ?? ''}\n`)
  writeFileSync('/sys/bus/pci/drivers_probe', address)
}

/** The name of an NVMe controller's namespace, once the kernel's driver has it. */
export const blockDeviceOf = (address: string): string | undefined => {
  const list = (path: string) => (existsSync(path) ? readdirSync(path) : [])
  const controllers = join(folder(address), 'nvme')
  const names = list(controllers).flatMap(controller => list(join(controllers, controller)))
  return names.find(name => /^nvme\d+n\d+$/.test(name) && existsSync(join('/dev', name)))
}
