// The types that are inferred from a description. Nothing of this file is there at run time.
import type { IoAccess } from '../access/io-access.js'
import type { PollOptions } from '../access/poll.js'
import type { Word } from '../access/words.js'
import type { ReadEffectModes, WriteEffectModes } from './modes.js'

/** A raw value: those of 64-bit registers are bigints. */
export type { Word }

declare const TYPES: unique symbol

/** Carries types, and no value. */
export interface Typed<T> {
  readonly [TYPES]?: T
}

type TypesOf<T, Shape> = T extends Typed<infer Types> ? Extract<Types, Shape> : never

interface FieldTypes {
  readonly read: unknown
  readonly write: unknown
  readonly effect: boolean
}

type FieldModes<R, W, E extends boolean> = {
  readonly [Mode in keyof WriteEffectModes]: Field<R, W, E>
} & { readonly [Mode in keyof ReadEffectModes]: Field<R, W, true> }

/** A field: what is read, what can be written (never: nothing), and whether a read of it has an effect. */
export interface Field<R, W, E extends boolean = false>
  extends FieldModes<R, W, E>,
    Typed<{ readonly read: R; readonly write: W; readonly effect: E }> {
  /** Read-only. */
  readonly ro: Field<R, never, E>
  /** Write-only. */
  readonly wo: Field<never, W, E>
  /** It has bits of other fields, on purpose: a number and its parts, or what they mean in another mode of the device. */
  readonly overlaps: Field<R, W, E>
}

/** A register's fields, by name. */
export type Fields = { readonly [name: string]: Typed<FieldTypes> }

type FieldType<F, Which extends keyof FieldTypes> = TypesOf<F, FieldTypes>[Which]

/** What a read gives: the readable fields' values; of a register without fields, the number itself. */
export type ReadValue<Raw extends Word, F> = keyof F extends never
  ? Raw
  : {
      readonly [N in keyof F as [FieldType<F[N], 'read'>] extends [never] ? never : N]: FieldType<
        F[N],
        'read'
      >
    }

/** What a write takes: some of the writable fields' values; of a register without fields, the number itself. */
export type WriteValue<Raw extends Word, F> = keyof F extends never
  ? Raw
  : {
      readonly [N in keyof F as [FieldType<F[N], 'write'>] extends [never] ? never : N]?: FieldType<
        F[N],
        'write'
      >
    }

type HasEffect<F> = true extends { [N in keyof F]: FieldType<F[N], 'effect'> }[keyof F] ? true : false

/** `sided`: what is read has other fields than what is written. */
export type Sides = 'read-write' | 'read-only' | 'write-only' | 'sided'

type RegisterModes<Raw extends Word, R, W, S extends Sides, E extends boolean> = {
  readonly [Mode in keyof WriteEffectModes]: Register<Raw, R, W, S, E>
} & { readonly [Mode in keyof ReadEffectModes]: Register<Raw, R, W, S, true> }

/** A register as it is described: its raw value, the fields when read and when written, its sides, effects of a read. */
export interface Register<Raw extends Word, R, W, S extends Sides, E extends boolean>
  extends RegisterModes<Raw, R, W, S, E>,
    Typed<{
      readonly bound: BoundRegister<Raw, R, W, S, E>
      readonly model: ModelRegister<Raw, R>
      readonly value: SafeValue<Raw, R, S, E>
    }> {
  /** Read-only, all of it. */
  readonly ro: Register<Raw, R, W, 'read-only', E>
  /** Write-only, all of it. */
  readonly wo: Register<Raw, R, W, 'write-only', E>
  /** It lies on other registers of its block, on purpose: the device takes turns between them, or has it under two names. */
  readonly overlaps: Register<Raw, R, W, S, E>
  /** What it holds after a reset, and so what `write()` starts from. Default 0. */
  reset(value: Raw): Register<Raw, R, W, S, E>
  /** Gives what is written fields of its own; those before are what is read. */
  writes<F extends Fields>(fields: F): Register<Raw, R, F, 'sided', E>
  /** As many of them, `stride` bytes from one to the next; default: the register's width. */
  array<const N extends number>(count: N, stride?: number): RegisterArray<Raw, R, W, S, E, N>
}

/** An array of registers in a description. */
export interface RegisterArray<Raw extends Word, R, W, S extends Sides, E extends boolean, N extends number>
  extends Typed<{
    readonly bound: Many<BoundRegister<Raw, R, W, S, E>, N>
    readonly model: Many<ModelRegister<Raw, R>, N>
    readonly value: ManyValues<SafeValue<Raw, R, S, E>, N>
  }> {}

/** A block within a block. */
export interface Nested<P extends Parts>
  extends Typed<{ readonly bound: Bound<P>; readonly model: Model<P>; readonly value: BlockValues<P> }> {
  /** It lies on other registers of its block, on purpose. */
  readonly overlaps: Nested<P>
  /** As many of them, `stride` bytes from one to the next. */
  array<const N extends number>(count: N, stride: number): NestedArray<P, N>
}

/** An array of blocks in a description. */
export interface NestedArray<P extends Parts, N extends number>
  extends Typed<{
    readonly bound: Many<Bound<P>, N>
    readonly model: Many<Model<P>, N>
    readonly value: Many<BlockValues<P>, N>
  }> {}

/** What a block is made of: registers, blocks, arrays of them, by name. */
export type Parts = { readonly [name: string]: Typed<PartTypes> }

interface PartTypes {
  readonly bound: unknown
  readonly model: unknown
  /** What a block's read() has of it; never: nothing. */
  readonly value: unknown
}

type Tuple<T, N extends number, Made extends readonly T[] = readonly []> = Made['length'] extends N
  ? Made
  : Tuple<T, N, readonly [...Made, T]>

/** An array: of up to 99 elements, each is known to be there. */
export type Many<T, N extends number> = number extends N
  ? readonly T[]
  : `${N}` extends `${infer _}${infer _}${infer _}${string}`
    ? readonly T[]
    : Tuple<T, N>

type ManyValues<V, N extends number> = [V] extends [never] ? never : Many<V, N>

/** What `read()` of a block gives: the values of the registers that can be read, and in which a read has no effect. */
export type BlockValues<P extends Parts> = {
  readonly [N in keyof P as [TypesOf<P[N], PartTypes>['value']] extends [never] ? never : N]: TypesOf<
    P[N],
    PartTypes
  >['value']
}

/** A block of registers that lies in a window. */
export type Bound<P extends Parts> = {
  readonly [N in keyof P]: TypesOf<P[N], PartTypes>['bound']
} & BoundWhole<P>

/** What can be done with all of a block. */
export type BoundWhole<P extends Parts> = {
  /** What it lies in. */
  readonly window: IoAccess
  /**
   * One bus read of each register, of nested blocks and arrays too, in the order of their description: those that are write-only, or in
   * which a read has an effect, are left out; so are those that lie on such a one.
   * @returns their values by name, a plain object
   * @throws as IoMem's `readN`
   */
  read(): BlockValues<P>
}

/** A block in a window of its own, which is unmapped with it. */
export type Mapped<P extends Parts, W extends IoAccess> = Bound<P> & {
  readonly window: W
  /** Unmaps it, if it is still mapped. */
  [Symbol.dispose](): void
}

/** What windows can be mapped from: an IoMapping. */
export interface Mappable<W extends IoAccess> {
  map(offset: number, length: number): W
}

/** The same, as the device itself sees it: all can be read and written. */
export type Model<P extends Parts> = {
  readonly [N in keyof P]: TypesOf<P[N], PartTypes>['model']
}

type Plain<F> = {
  readonly [N in keyof F]: [FieldType<F[N], 'read'>] extends [never]
    ? Field<FieldType<F[N], 'write'>, FieldType<F[N], 'write'>>
    : Field<FieldType<F[N], 'read'>, FieldType<F[N], 'read'>>
}

/** A register as the device itself sees it. */
export type ModelRegister<Raw extends Word, R> = BoundRegister<Raw, Plain<R>, Plain<R>, 'read-write', false>

/** Where a register lies. */
export interface Place {
  /** Its name from the block on, such as `CHANNELS[2].CONTROL`. */
  readonly path: string
  /** Where in the window it is, in bytes. */
  readonly offset: number
  /** In bytes. */
  readonly width: 1 | 2 | 4 | 8
}

/** What can be read of a register. */
export interface ReadSide<Raw extends Word, R> {
  /** One bus read, by fields; of a register without fields, the number itself. @throws as IoMem's `readN` */
  read(): ReadValue<Raw, R>
  /** One bus read, as it is. @throws as IoMem's `readN` */
  readRaw(): Raw
  /** Reads until `ready` says so. @throws as IoMem's `pollN` @returns the value that was ready */
  poll(ready: (value: ReadValue<Raw, R>) => unknown, options?: PollOptions): Promise<ReadValue<Raw, R>>
}

/** What can be written to a register. */
export interface WriteSide<Raw extends Word, W> {
  /** One bus write. Fields that are not named get their reset values. @throws as IoMem's `writeN` */
  write(values: WriteValue<Raw, W>): void
  /** One bus write of this number. @throws as IoMem's `writeN` */
  writeRaw(value: Raw): void
}

/** What can be done to a register that keeps what is written. */
export interface BothSides<Raw extends Word, R, W> {
  /**
   * One bus read, then one bus write: what is not named stays as it was read. Bits where a write has an effect are
   * written so that they have none.
   * @param change the fields to change, or a function of what was read that returns them
   */
  modify(change: WriteValue<Raw, W> | ((now: ReadValue<Raw, R>) => WriteValue<Raw, W>)): void
}

/** A field of a register that lies in a window. */
export interface ReadableField<R> {
  /** One bus read of its register. */
  read(): R
  /** Reads its register until `ready` says so. */
  poll(ready: (value: R) => unknown, options?: PollOptions): Promise<R>
}

export interface WritableField<W> {
  /** One bus write of its register; before it one bus read, if the register has fields that keep what is written. */
  write(value: W): void
}

type BoundFields<R, W> = {
  readonly [N in keyof R as [FieldType<R[N], 'read'>] extends [never] ? never : N]: ReadableField<
    FieldType<R[N], 'read'>
  >
} & {
  readonly [N in keyof W as [FieldType<W[N], 'write'>] extends [never] ? never : N]: WritableField<
    FieldType<W[N], 'write'>
  >
}

type CanRead<R, S extends Sides> = S extends 'write-only'
  ? false
  : keyof R extends never
    ? true
    : keyof ReadValue<number, R> extends never
      ? false
      : true

type CanWrite<W, S extends Sides> = S extends 'read-only'
  ? false
  : keyof W extends never
    ? true
    : keyof WriteValue<number, W> extends never
      ? false
      : true

// biome-ignore lint/complexity/noBannedTypes: what has no members is just that
type Nothing = {}

type Modifiable<R, W, S extends Sides, E extends boolean> = [
  S,
  E,
  HasEffect<R>,
  CanRead<R, S>,
  CanWrite<W, S>,
] extends ['read-write', false, false, true, true]
  ? true
  : false

type SafeValue<Raw extends Word, R, S extends Sides, E extends boolean> = [
  CanRead<R, S>,
  E,
  HasEffect<R>,
] extends [true, false, false]
  ? ReadValue<Raw, R>
  : never

/** A register that lies in a window. */
export type BoundRegister<Raw extends Word, R, W, S extends Sides, E extends boolean> = Place &
  (CanRead<R, S> extends true ? ReadSide<Raw, R> : Nothing) &
  (CanWrite<W, S> extends true ? WriteSide<Raw, W> : Nothing) &
  (Modifiable<R, W, S, E> extends true ? BothSides<Raw, R, W> : Nothing) &
  BoundFields<S extends 'write-only' ? Nothing : R, S extends 'read-only' ? Nothing : W>

/** A description of a block of registers. */
export interface Block<P extends Parts> extends Typed<{ readonly parts: P }> {
  /**
   * The block in a window. Nothing is read or written.
   * @param mem an IoMem, or one of the stand-ins of `io-mapping/testing`
   * @param offset where in the window the block starts, in bytes
   * @throws IoMappingError ERR_IO_ARGUMENT; ERR_IO_RANGE, if not all of the block is in the window
   */
  at(mem: IoAccess, offset?: number): Bound<P>
  /**
   * The block in a window of its own, as long as it needs. `using`, or `window.unmap()`, ends it.
   * @param mapping an IoMapping, or another that windows can be mapped from
   * @param offset where in the mapping the block starts, in bytes. Default 0
   * @throws IoMappingError ERR_IO_ARGUMENT, and what `mapping.map` throws
   */
  map<W extends IoAccess>(mapping: Mappable<W>, offset?: number): Mapped<P, W>
}
