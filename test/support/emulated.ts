/**
 * Why a test is skipped on QEMU's emulation of single programs (npm run test:processors), whose kernel is this machine's but for
 * what the emulator answers in its place; false elsewhere.
 */
export const unlessEmulated = (why: string): string | false =>
  process.env.IO_MAPPING_EMULATED !== undefined && `on QEMU’s processor: ${why}`

/** How many random cases are tried: on QEMU's processor, which takes ten times as long for each, a tenth. */
export const cases = (count: number): number =>
  process.env.IO_MAPPING_EMULATED === undefined ? count : Math.ceil(count / 10)
