import { IoMappingError } from '../../system/errors.js'
import type { PinnedPages } from './iommu.js'
import type { Protection } from './protection.js'

/** Pages that a device reaches, until they are taken back. It knows no session, so that it can outlive one that was dropped. */
export class Pinned {
  readonly #protection: Protection
  readonly #name: string
  readonly #size: number
  #iova: number | undefined

  /** Nothing is pinned yet: who is to end it is told of it before that, so that no call that is cut short leaves what nobody ends. */
  constructor(protection: Protection, name: string, size: number) {
    this.#protection = protection
    this.#name = name
    this.#size = size
  }

  /** The address by which the device reaches them. Throws ERR_IO_DMA; what else is thrown tells nothing of whether they are pinned. */
  map(pages: PinnedPages): number {
    const iova = this.#protection.take(this.#name, this.#size)
    this.#iova = iova
    try {
      this.#protection.map(this.#name, pages, iova)
    } catch (error) {
      if (error instanceof IoMappingError) this.#giveBack() // the system has refused it
      throw error
    }
    return iova
  }

  /** Again, it does nothing. Throws ERR_IO_DMA; then it is pinned still, and its address given to nobody. */
  unmap(): void {
    if (this.#iova === undefined) return
    this.#protection.unmap(this.#name, this.#iova, this.#size)
    this.#giveBack()
  }

  /** Cut short, it gives an address to nobody, rather than to two. */
  #giveBack(): void {
    const iova = this.#iova
    this.#iova = undefined
    if (iova !== undefined) this.#protection.giveBack(iova, this.#size)
  }
}
