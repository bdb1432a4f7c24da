// What is asked of a program's typed arrays, by the language's own functions as they were at load: a subclass's, or a
// program's replacement, could free the mapping between a check and the access.

const PROTOTYPE: object = Object.getPrototypeOf(Uint8Array.prototype)
const getter = (name: PropertyKey) => Object.getOwnPropertyDescriptor(PROTOTYPE, name)?.get as () => never
const uncurry = <This, Rest extends unknown[], Result>(
  method: (this: This, ...rest: Rest) => Result,
): ((self: This, ...rest: Rest) => Result) => Function.prototype.call.bind(method) as never

/** Uint8Array, of any realm, and of any class that extends it: Buffer, too. Undefined for what is no typed array. */
export const typeOf: (value: unknown) => string | undefined = uncurry(getter(Symbol.toStringTag))

/** In elements; 0 if its memory is gone. */
export const lengthOf: (array: Uint8Array) => number = uncurry(getter('length'))

export const bufferOfArray: (array: Uint8Array) => ArrayBufferLike = uncurry(getter('buffer'))

/** Copies all of `source` to the start of `target`. Throws if that is too small, or its memory gone. */
export const setArray: (target: Uint8Array, source: Uint8Array) => void = uncurry(Uint8Array.prototype.set)

const byteOffsetOf: (array: Uint8Array) => number = uncurry(getter('byteOffset'))
const Bytes = Uint8Array

/** A plain view of `[from, to)`. Not by `subarray`, which asks the array for its species. */
export const subArray = (array: Uint8Array, from: number, to: number): Uint8Array =>
  new Bytes(bufferOfArray(array), byteOffsetOf(array) + from, to - from)

/** Its bytes, as a DataView. */
export const viewOf = ({ buffer, byteOffset, byteLength }: Uint8Array): DataView =>
  new DataView(buffer, byteOffset, byteLength)
