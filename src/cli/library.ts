// The library, through one door. It throws when it is imported where it can't run, since it has no addon for this kind
// of processor: a static import would answer that with a stack trace.
import type * as Library from 'io-mapping'
import { report } from './failure.js'

const loaded: typeof Library = await import('io-mapping').catch((error: unknown) => {
  report(error)
  process.exit()
})

export const { APERTURE_FORMS, devicetree, deviceTreeNodes, iomem, IoMapping, IoMappingError } = loaded
export const { PAGE_SIZE, parseAperture, pci, pciDevices, uio, uioDevices, vfioWay } = loaded

export type Aperture = Library.Aperture
export type DeviceTreeNode = Library.DeviceTreeNode
export type DeviceTreeRange = Library.DeviceTreeRange
export type IoAccess = Library.IoAccess
export type IoMapping = Library.IoMapping
export type IoMem = Library.IoMem
export type Obstacle = Library.Obstacle
export type PciBar = Library.PciBar
export type PciCapability = Library.PciCapability
export type PciDevice = Library.PciDevice
export type Resource = Library.Resource
export type TransferOptions = Library.TransferOptions
export type UioMap = Library.UioMap
export type VfioWay = Library.VfioWay
