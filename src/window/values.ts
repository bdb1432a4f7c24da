// Whether a value fits a register, as an unsigned number or as the two's complement of a negative one.

export const fits8 = (value: number): boolean =>
  typeof value === 'number' && ((value & 0xff) === value || (value << 24) >> 24 === value)

export const fits16 = (value: number): boolean =>
  typeof value === 'number' && ((value & 0xffff) === value || (value << 16) >> 16 === value)

export const fits32 = (value: number): boolean =>
  typeof value === 'number' && (value >>> 0 === value || (value | 0) === value)

export const fits64 = (value: bigint): boolean =>
  typeof value === 'bigint' && (BigInt.asUintN(64, value) === value || BigInt.asIntN(64, value) === value)
