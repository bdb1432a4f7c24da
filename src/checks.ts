// The checks of every access. V8 inlines them; with a number where a number is expected, each is a compare or two.

/** Whether `offset` is a whole number from 0 to `last`, which is below 2^32. */
export const isWithin = (offset: number, last: number): boolean =>
  typeof offset === 'number' && offset >>> 0 === offset && offset <= last

/** Whether a value fits 8 bits, or is the two's complement of one that does. */
export const fits8 = (value: number): boolean =>
  typeof value === 'number' && ((value & 0xff) === value || (value << 24) >> 24 === value)

export const fits16 = (value: number): boolean =>
  typeof value === 'number' && ((value & 0xffff) === value || (value << 16) >> 16 === value)

export const fits32 = (value: number): boolean =>
  typeof value === 'number' && (value >>> 0 === value || (value | 0) === value)

export const fits64 = (value: bigint): boolean =>
  typeof value === 'bigint' && (BigInt.asUintN(64, value) === value || BigInt.asIntN(64, value) === value)
