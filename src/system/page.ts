import { native } from './native.js'

/** The size of a page, in bytes: what is mapped starts and ends on one. */
export const PAGE_SIZE: number = native.pageSize()

/** The longest window, in bytes. */
export const MAP_MAX: number = 2 * 1024 ** 3

/** The start of the page that holds `offset`. */
export const pageFloor = (offset: number): number => offset - (offset % PAGE_SIZE)

/** `length`, in whole pages. */
export const pageCeil = (length: number): number => pageFloor(length + PAGE_SIZE - 1)
