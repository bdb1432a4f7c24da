/** Two NVMe controllers that answer at once, with nothing but zeros: what is measured of them is their driver. */
export const drives = { ours: '0000:00:10.0', kernel: '0000:00:11.0' } as const

const BYTES = 1024 ** 3

/** QEMU's arguments for them. */
export const driveDevices = (): string[] =>
  Object.entries(drives).flatMap(([name, address]) => [
    ...['-blockdev', `driver=null-co,node-name=${name},size=${BYTES},read-zeroes=on`],
    ...['-device', `nvme,serial=${name},drive=${name},addr=${address.slice(-4)}`],
  ])
