export { block, findOverlaps, registers } from './block.js'
export { bigBits, bit, bits, enumeration, type Values } from './field.js'
export { type FieldInfo, listRegisters, type RegisterInfo } from './list.js'
export type { Access, ReadEffect, WriteEffect } from './modes.js'
export { RESERVED_NAMES } from './names.js'
export type { Endianness } from './port.js'
export { reg8, reg16, reg32, reg64 } from './register.js'
export type {
  Block,
  BlockValues,
  BothSides,
  Bound,
  BoundRegister,
  BoundWhole,
  Field,
  Fields,
  Many,
  Mappable,
  Mapped,
  Model,
  ModelRegister,
  Nested,
  NestedArray,
  Parts,
  Place,
  ReadableField,
  ReadSide,
  ReadValue,
  Register,
  RegisterArray,
  Sides,
  Typed,
  Word,
  WritableField,
  WriteSide,
  WriteValue,
} from './types.js'
