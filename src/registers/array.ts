import { badArgument } from '../system/errors.js'
import type { Found, Origin, Part, Placement } from './part.js'

/** More is a mistake: each has an object of its own. */
const COUNT_MAX = 65_536

/** As many parts, one every `stride` bytes. */
export class ArraySpec implements Part {
  readonly element: Part
  readonly count: number
  readonly stride: number

  constructor(element: Part, count: number, stride: number) {
    if (!(Number.isInteger(count) && count >= 1 && count <= COUNT_MAX))
      throw badArgument('array: count', count, `a whole number, 1 to ${COUNT_MAX}`)
    if (!(Number.isSafeInteger(stride) && stride >= 1))
      throw badArgument('array: stride', stride, 'bytes from one to the next: a whole number, 1 or more')
    this.element = element
    this.count = count
    this.stride = stride
  }

  get offset(): number {
    return this.element.offset
  }

  get size(): number {
    return (this.count - 1) * this.stride + this.element.size
  }

  bind(placement: Placement): readonly unknown[] {
    // Not frozen: V8 reads an element of a frozen array three times slower.
    return Array.from({ length: this.count }, (_, i) => this.element.bind(this.#nth(placement, i)))
  }

  plain(): ArraySpec {
    return new ArraySpec(this.element.plain(), this.count, this.stride)
  }

  *find(origin: Origin): Iterable<Found> {
    for (let i = 0; i < this.count; i++) yield* this.element.find(this.#nth(origin, i))
  }

  #nth<T extends Origin>(origin: T, index: number): T {
    return { ...origin, base: origin.base + index * this.stride, path: `${origin.path}[${index}]` }
  }
}
