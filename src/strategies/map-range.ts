import type { Backing } from '../apertures/aperture.js'
import type { Container } from '../container.js'
import { giveBackContainer, takeContainer } from '../container-pool.js'
import { ACCESS, type Access } from '../native.js'
import { PAGE_SIZE } from '../page.js'

/**
 * A container with `length` bytes of `backing` in it, from its byte `start` on; both in whole pages.
 * Throws what `backing.explain` makes of a refusal; then nothing is mapped.
 */
export const mapRange = (backing: Backing, start: number, length: number, access: Access): Container => {
  const container = takeContainer(length)
  try {
    container.lay(0, length, backing, start, access)
  } catch (error) {
    giveBackContainer(container)
    throw backing.explain(error)
  }
  return container
}

/** What `look` sees while the first page of `backing` is mapped, which it need not be otherwise. */
export const whileMapped = <T>(backing: Backing, look: () => T): T => {
  const container = mapRange(backing, 0, PAGE_SIZE, ACCESS.read)
  try {
    return look()
  } finally {
    giveBackContainer(container)
  }
}
