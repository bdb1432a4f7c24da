// Why the system refuses a device by VFIO: its nodes in /dev, what is asked of them, DMA.

import type { Reason } from '../../system/refusal.js'
import { GONE } from '../pci/reasons.js'

const IN_USE =
  'another program has it, or another thread of this one: a device, and its whole group, can be had once; end that first'
const PERMISSION =
  'no permission; run as root, or let your group at it (udev: SUBSYSTEM=="vfio|vfio-dev", GROUP=…, MODE="0660")'

/** How errors name the opening of /dev/iommu, which has its own permissions. */
export const OPEN_IOMMU = 'open of /dev/iommu'
const NO_INTERRUPT_REMAPPING =
  'its interrupts can not be kept apart: this machine has no interrupt remapping (x86: in the firmware, and intremap=on). Where ' +
  'all that devices do is trusted: echo 1 > /sys/module'
export const UNSAFE_BY_IOMMUFD = `${NO_INTERRUPT_REMAPPING}/iommufd/parameters/allow_unsafe_interrupts`

export const OPEN_REASONS: readonly Reason[] = [
  {
    errno: 'ENOENT',
    call: 'open',
    why: '/dev has no node for it: is the module vfio-pci loaded (modprobe vfio-pci)? A container must be given its nodes in /dev/vfio',
  },
  {
    ...{ errno: 'ENOENT', call: OPEN_IOMMU },
    why: 'it is not there: is the module iommufd loaded (modprobe iommufd)? A container must be given it, beside the device’s node',
  },
  {
    ...{ errno: 'EACCES', call: OPEN_IOMMU, when: ({ isRoot }) => !isRoot },
    why: 'no permission; run as root, or let your group at it (udev: KERNEL=="iommu", GROUP=…, MODE="0660")',
  },
  { errno: 'EACCES', call: 'open', when: ({ isRoot }) => !isRoot, why: PERMISSION },
  {
    errno: 'EPERM',
    call: 'open',
    why: 'of a device without an IOMMU, the noiommu mode, for CAP_SYS_RAWIO alone; run as root',
  },
  { errno: 'EBUSY', why: IN_USE },
  {
    errno: 'EPERM',
    call: 'VFIO_SET_IOMMU',
    why: `${NO_INTERRUPT_REMAPPING}/vfio_iommu_type1/parameters/allow_unsafe_interrupts`,
  },
  { errno: 'EPERM', call: 'VFIO_DEVICE_BIND_IOMMUFD', why: UNSAFE_BY_IOMMUFD },
  { errno: 'EPERM', call: 'VFIO_GROUP_GET_DEVICE_FD', why: UNSAFE_BY_IOMMUFD }, // by groups, where iommufd is behind /dev/vfio/vfio
  { errno: 'EINVAL', call: 'VFIO_DEVICE_BIND_IOMMUFD', why: IN_USE },
  {
    errno: 'ENODEV',
    call: 'VFIO_SET_IOMMU',
    why: 'the module for its kind of IOMMU is missing: modprobe vfio_iommu_type1',
  },
  {
    errno: 'EINVAL',
    call: 'VFIO_GROUP_GET_DEVICE_FD',
    why: 'another program has it: end that; or its driver let go of it just now: try again in a moment',
  },
  {
    errno: 'EAGAIN',
    why: 'the kernel is at work on it, as just after it was plugged; try again in a moment',
  },
  { errno: 'ENODEV', why: GONE },
  { errno: 'EIO', why: GONE },
]

export const DMA_REASONS: readonly Reason[] = [
  {
    ...{ errno: 'ENOMEM', code: 'ERR_IO_DMA' },
    why: 'more memory would be locked than may be, or there is no more; raise the limit (ulimit -l), or free what is not needed',
  },
  {
    ...{ errno: 'ENOSPC', code: 'ERR_IO_DMA' },
    why: 'the IOMMU has no room for more mappings (65,535 by default: vfio_iommu_type1’s dma_entry_limit); use fewer, larger ones',
  },
  {
    errno: 'EEXIST',
    why: 'something is mapped at that address of the device’s already, by a descriptor that was handed to another program; end that',
    code: 'ERR_IO_DMA',
  },
  {
    errno: 'EINVAL',
    why: 'the IOMMU takes no such range: it reaches beyond its addresses, or its pages are larger; ask for less, or for a multiple of 64K',
    code: 'ERR_IO_DMA',
  },
  {
    ...{ errno: 'EFAULT', code: 'ERR_IO_DMA' },
    why: 'its pages can not be pinned for a device: those of memory, /dev/shm and hugetlbfs can, not a device’s, nor a disk file’s',
  },
  { errno: 'EACCES', call: 'mmap', why: 'it was opened read-only', code: 'ERR_IO_DMA' },
]

export const INTERRUPT_REASONS: readonly Reason[] = [
  {
    errno: 'ENODEV',
    why: 'no interrupt is routed to it: the firmware gave its line none; use msi or msix, if it has them',
    code: 'ERR_IO_INTERRUPT',
  },
  {
    errno: 'EINVAL',
    why: 'the device has it in another mode, or not at all; close its others first, and see capabilities',
    code: 'ERR_IO_INTERRUPT',
  },
  {
    errno: 'ENOMEM',
    why: 'the kernel has no memory for so many; free some, or use fewer',
    code: 'ERR_IO_INTERRUPT',
  },
  {
    errno: 'ENOSPC',
    why: 'the processors have no vectors left; see /proc/interrupts',
    code: 'ERR_IO_INTERRUPT',
  },
]
