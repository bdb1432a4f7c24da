import type { Architecture } from './architectures.js'

/** Where the standard devices are on the guest's PCI bus. */
export const slots = {
  vga: '0000:00:02.0',
  edu: '0000:00:03.0',
  nvme: '0000:00:04.0',
  ivshmem: '0000:00:05.0',
} as const

/** The devices that every guest has. */
const standardDevices = [
  ...['-device', 'VGA,addr=02.0'],
  // so that its DMA reaches all BARs below 4 GiB
  ...['-device', 'edu,addr=03.0,dma_mask=0xffffffff'],
  // its controller memory buffer, BAR2, takes accesses of every width
  ...['-drive', 'if=none,id=nv,driver=null-co,size=1M'],
  ...['-device', 'nvme,serial=x,drive=nv,cmb_size_mb=1,addr=04.0'],
  // BAR2 is 64-bit and prefetchable
  ...['-object', 'memory-backend-ram,id=shm,size=16M,share=on'],
  ...['-device', 'ivshmem-plain,memdev=shm,addr=05.0'],
]

export interface MachineSettings {
  architecture: Architecture
  image: string
  initrd: string
  memoryMiB: number
  append: string
  devices: string[]
}

/** QEMU's arguments for a guest. Always by emulation: it works everywhere, and alike. */
export function machineArguments(settings: MachineSettings): string[] {
  const { qemu, serial } = settings.architecture
  return [
    ...['-nodefaults', '-no-user-config', '-display', 'none', '-vga', 'none', '-no-reboot'],
    ...['-accel', 'tcg,thread=multi', ...qemu.machine, '-smp', '2', '-m', String(settings.memoryMiB)],
    ...serial.devices,
    ...standardDevices,
    ...['-kernel', settings.image, '-initrd', settings.initrd],
    ...['-append', `console=${serial.names[0]} panic=-1 quiet ${settings.append}`.trim()],
    ...settings.devices,
  ]
}
