import { badArgument } from '../system/errors.js'

/** A WebAssembly.Memory; named here, since not every project's TypeScript knows WebAssembly. */
export interface WebAssemblyMemory {
  readonly buffer: ArrayBufferLike
  grow(pages: number): number
}

type Getter = (this: unknown) => ArrayBufferLike

// WebAssembly's own getter: a subclass's could tell of another buffer, or throw when a mapping is freed.
const getter: Getter | undefined =
  typeof WebAssembly === 'undefined'
    ? undefined
    : (Object.getOwnPropertyDescriptor(WebAssembly.Memory.prototype, 'buffer')?.get as Getter)

/** A memory's buffer as it is now. Throws ERR_IO_ARGUMENT if it is no memory. */
export const bufferOf = (call: string, memory: unknown): ArrayBufferLike => {
  try {
    if (getter) return getter.call(memory)
  } catch {
    // told below
  }
  throw badArgument(`${call}: memory`, memory, 'a WebAssembly.Memory')
}
