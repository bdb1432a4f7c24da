import { ACCESS, type Access } from '../system/native.js'
import { PAGE_SIZE } from '../system/page.js'
import type { Container } from './container.js'
import type { Ground } from './ground.js'
import { giveBackContainer, takeContainer } from './pool.js'

/**
 * A container with `length` bytes of `backing` in it, from its byte `start` on; both in whole pages.
 * Throws what `backing.explain` makes of a refusal; then nothing is mapped.
 */
export const mapRange = (backing: Ground, start: number, length: number, access: Access): Container => {
  const container = takeContainer(length, backing.lease)
  try {
    container.lay(0, length, backing, start, access)
  } catch (error) {
    giveBackContainer(container)
    throw backing.explain(error)
  }
  return container
}

/** What `look` sees while the first page of `backing` is mapped, which it need not be otherwise. */
export const whileMapped = <T>(backing: Ground, look: () => T): T => {
  const container = mapRange(backing, 0, PAGE_SIZE, ACCESS.read)
  try {
    return look()
  } finally {
    giveBackContainer(container)
  }
}
