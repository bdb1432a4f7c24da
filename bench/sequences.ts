// The order in which pages are mapped. The harness writes it into a file that all contestants read, so that C and
// Python walk the same pages as TypeScript does.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Folder } from './folder.js'

export const PAGE = 4096

/** Numbers below 2^32, the same ones for the same seed (xorshift32). */
export const randomNumbers = (seed: number): (() => number) => {
  let state = seed
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return state >>> 0
  }
}

const SEED = 0x10ab1e

/** `length` times the page that `page` gives for 0, 1, 2… */
const sequence = (length: number, page: (i: number) => number): Uint32Array =>
  Uint32Array.from({ length }, (_, i) => page(i))

/** Every `stride`th page, in order. */
export const sweep = (length: number, stride = 1): Uint32Array => sequence(length, i => i * stride)

/** Any of `pages`, each as likely. */
export const uniform = (length: number, pages: number): Uint32Array => {
  const next = randomNumbers(SEED)
  return sequence(length, () => next() % pages)
}

/**
 * 90 % of the maps in 10 % of the pages. The hot pages lie in one stretch in the middle, or (`scattered`) every tenth
 * page is one.
 */
export const hotTenth = (length: number, pages: number, scattered = false): Uint32Array => {
  const next = randomNumbers(SEED)
  const hot = Math.floor(pages / 10)
  const first = Math.floor(pages / 2)
  return sequence(length, () => {
    if (next() % 10 === 0) return next() % pages
    const chosen = next() % hot
    return scattered ? chosen * 10 : first + chosen
  })
}

/** Writes sequences into files, each once. */
export class SequenceFiles implements Disposable {
  readonly #folder = new Folder()
  readonly #paths = new Map<Uint32Array, string>()

  pathOf(pages: Uint32Array): string {
    const known = this.#paths.get(pages)
    if (known !== undefined) return known
    const path = join(this.#folder.path, `${this.#paths.size}.pages`)
    writeFileSync(path, pages)
    this.#paths.set(pages, path)
    return path
  }

  [Symbol.dispose](): void {
    this.#folder[Symbol.dispose]()
  }
}
