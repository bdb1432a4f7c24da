/** Where the standard devices are on the guest's PCI bus. */
export const slots = {
  vga: '0000:00:02.0',
  edu: '0000:00:03.0',
  nvme: '0000:00:04.0',
  ivshmem: '0000:00:05.0',
} as const

/** What the guest itself has there, at slots that QEMU gives to no device by itself: its terminal (arm64), and a shared folder. */
export const ownDevices = {
  terminal: { driver: 'pci-serial-2x', slot: '1d.0' },
  share: { driver: 'virtio-9p-pci', slot: '1e.0' },
} as const
