import { execFileSync } from 'node:child_process'

/** True in a 32-bit process, where a 64-bit access can't be one access. */
export const IS_32_BIT = ['ia32', 'arm', 'mipsel', 'mips'].includes(process.arch)

// x86 has 4 KiB; the others may be configured to 16 or 64, and getconf tells.
const pageSize = (): number =>
  process.arch === 'x64' || process.arch === 'ia32' ? 4096 : Number(execFileSync('getconf', ['PAGESIZE']))

/** The size of a page, in bytes: what is mapped starts and ends on one. */
export const PAGE_SIZE: number = pageSize()

/** The start of the page that holds `offset`. */
export const pageFloor = (offset: number): number => offset - (offset % PAGE_SIZE)

/** `length`, in whole pages. */
export const pageCeil = (length: number): number => pageFloor(length + PAGE_SIZE - 1)
