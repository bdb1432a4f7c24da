// What a FIFO's accesses read into and write from: a typed array, whose elements say how wide each access is.
import { badArgument } from '../system/errors.js'
import { typeOf } from '../system/typed-arrays.js'
import { bytesOf } from './copy-range.js'
import type { AccessWidth } from './words.js'

/** Any typed array: a Buffer is one of 8-bit elements; of floating-point numbers the bits are what the device sees. */
export type Elements =
  | Int8Array
  | Uint8Array
  | Uint8ClampedArray
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | Float32Array
  | BigInt64Array
  | BigUint64Array
  | Float64Array

const WIDTHS: Readonly<Record<string, AccessWidth>> = {
  Int8Array: 1,
  Uint8Array: 1,
  Uint8ClampedArray: 1,
  Int16Array: 2,
  Uint16Array: 2,
  Float16Array: 2, // which newer Nodes have
  Int32Array: 4,
  Uint32Array: 4,
  Float32Array: 4,
  BigInt64Array: 8,
  BigUint64Array: 8,
  Float64Array: 8,
}

/** Its bytes, as `bytesOf` gives them, and its elements' width, in bytes. */
export const elementsOf = (
  call: string,
  name: string,
  data: Elements,
): { readonly bytes: Uint8Array; readonly width: AccessWidth } => {
  const width = WIDTHS[String(typeOf(data))]
  if (width !== undefined) return { bytes: bytesOf(call, name, data), width }
  throw badArgument(
    `${call}: ${name}`,
    data,
    'a typed array, such as a Uint32Array, whose elements say how wide each access is; a DataView or an ArrayBuffer has none',
  )
}
