// Linux's include/uapi/linux/vfio.h and iommufd.h, as far as it is used here.

/** _IO(';', 100 + n) */
const vfio = (n: number): number => 0x3b64 + n

/** Requests of ioctl, by the names of the header. */
export const VFIO = {
  VFIO_SET_IOMMU: vfio(2),
  VFIO_GROUP_GET_STATUS: vfio(3),
  VFIO_GROUP_SET_CONTAINER: vfio(4),
  VFIO_GROUP_GET_DEVICE_FD: vfio(6),
  VFIO_DEVICE_GET_INFO: vfio(7),
  VFIO_DEVICE_GET_REGION_INFO: vfio(8),
  VFIO_DEVICE_GET_IRQ_INFO: vfio(9),
  VFIO_DEVICE_SET_IRQS: vfio(10),
  VFIO_DEVICE_RESET: vfio(11),
  VFIO_IOMMU_GET_INFO: vfio(12),
  VFIO_IOMMU_MAP_DMA: vfio(13),
  VFIO_IOMMU_UNMAP_DMA: vfio(14),
  VFIO_DEVICE_BIND_IOMMUFD: vfio(18),
  VFIO_DEVICE_ATTACH_IOMMUFD_PT: vfio(19),
} as const

/** _IO(';', 0x80 + n) */
const iommu = (n: number): number => 0x3b80 + n

export const IOMMU = {
  IOMMU_IOAS_ALLOC: iommu(1),
  IOMMU_IOAS_IOVA_RANGES: iommu(4),
  IOMMU_IOAS_MAP: iommu(5),
  IOMMU_IOAS_UNMAP: iommu(6),
} as const

/** What VFIO_SET_IOMMU takes. */
export const IOMMU_TYPE = { type1: 3 /* VFIO_TYPE1v2_IOMMU */, none: 8 } as const

export const GROUP_VIABLE = 1

export const DEVICE_FLAG = { reset: 1 } as const

export const REGION_FLAG = { mmap: 4 } as const
export const REGION_CAPABILITY = { sparseMmap: 1 } as const
/** The index of a BAR is its number. */
export const REGION = { config: 7 } as const

export const IRQ = { intx: 0, msi: 1, msix: 2, error: 3, request: 4 } as const
export const IRQ_FLAG = { autoMasked: 4 } as const
/** Of VFIO_DEVICE_SET_IRQS. */
export const IRQ_SET = { none: 1, eventfd: 4, mask: 8, unmask: 16, trigger: 32 } as const

export const IOMMU_CAPABILITY = { iovaRange: 1 } as const

export const DMA_MAP = { read: 1, write: 2 } as const
export const IOAS_MAP = { fixed: 1, write: 2, read: 4 } as const
