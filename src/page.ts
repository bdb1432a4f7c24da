import { native } from './native.js'

/** True in a 32-bit process, where a 64-bit access can't be one access. */
export const IS_32_BIT: boolean = native.pointerSize() === 4

/** The size of a page, in bytes: what is mapped starts and ends on one. */
export const PAGE_SIZE: number = native.pageSize()

/** The start of the page that holds `offset`. */
export const pageFloor = (offset: number): number => offset - (offset % PAGE_SIZE)

/** `length`, in whole pages. */
export const pageCeil = (length: number): number => pageFloor(length + PAGE_SIZE - 1)
