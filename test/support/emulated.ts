/**
 * Why a test is skipped on QEMU's emulation of single programs (npm run test:processors), whose kernel is this machine's but for
 * what the emulator answers in its place; false elsewhere.
 */
export const unlessEmulated = (why: string): string | false =>
  process.env.IO_MAPPING_EMULATED !== undefined && `on QEMU’s processor: ${why}`
