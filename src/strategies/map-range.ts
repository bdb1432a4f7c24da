import type { Backing } from '../apertures/aperture.js'
import type { Container } from '../container.js'
import { giveBackContainer, takeContainer } from '../container-pool.js'
import type { Access } from '../native.js'

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
