import { types } from 'node:util'
import { badArgument } from '../system/errors.js'

/** A WebAssembly.Memory; named here, since not every project's TypeScript knows WebAssembly. */
export interface WebAssemblyMemory {
  readonly buffer: ArrayBufferLike
  grow(pages: number): number
}

type Getter = (this: unknown) => ArrayBufferLike
type Grow = (this: unknown, pages: number) => number

// WebAssembly's own, as they were at load: a subclass's getter could tell of another buffer, a program may replace
// `grow`, and what frees a mapping must not throw. They take a memory of another realm, too.
const prototype = typeof WebAssembly === 'undefined' ? undefined : WebAssembly.Memory.prototype
const getter = prototype && (Object.getOwnPropertyDescriptor(prototype, 'buffer')?.get as Getter)
const grow = prototype?.grow as Grow | undefined
const { apply } = Reflect

/** A memory's buffer as it is now. Throws ERR_IO_ARGUMENT if it is no memory. */
export const bufferOf = (call: string, memory: unknown): ArrayBufferLike => {
  try {
    if (getter) return apply(getter, memory, [])
  } catch {
    // told below
  }
  throw badArgument(`${call}: memory`, memory, 'a WebAssembly.Memory')
}

/** Makes every view of a memory empty, whoever holds one. The memory stays, and is good for new ones. */
export const growInPlace = (memory: WebAssemblyMemory): void => {
  apply(grow as Grow, memory, [0])
}

/** Whether other threads can have a memory's buffer; whatever realm made it. */
export const isShared = (buffer: ArrayBufferLike): buffer is SharedArrayBuffer =>
  types.isSharedArrayBuffer(buffer)
