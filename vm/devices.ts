import type { Architecture, MachineWords } from './architectures.js'

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
  machine: MachineWords
  image: string
  initrd: string
  memoryMiB: number
  append: string
  /** More arguments. */
  more: string[]
}

/** QEMU's arguments for a guest. Always by emulation: it works everywhere, and alike. */
export function machineArguments({ machine, append, ...settings }: MachineSettings): string[] {
  const { qemu, serial } = settings.architecture
  const words = [`console=${serial.names[0]} panic=-1 quiet`, machine.append, append]
  return [
    ...['-nodefaults', '-no-user-config', '-display', 'none', '-vga', 'none', '-no-reboot'],
    ...['-machine', machine.machine, '-accel', 'tcg,thread=multi', '-cpu', qemu.cpu],
    ...['-smp', '2', '-m', String(settings.memoryMiB)],
    ...machine.devices,
    ...serial.devices,
    ...standardDevices,
    ...['-kernel', settings.image, '-initrd', settings.initrd],
    ...['-append', words.filter(Boolean).join(' ')],
    ...settings.more,
  ]
}
