import { native } from './native.js'

/** The size of a page, in bytes: what is mapped starts and ends on one. */
export const PAGE_SIZE: number = native.pageSize()

/** The start of the page that holds `offset`. */
export const pageFloor = (offset: number): number => offset - (offset % PAGE_SIZE)

/** `length`, in whole pages. */
export const pageCeil = (length: number): number => pageFloor(length + PAGE_SIZE - 1)
