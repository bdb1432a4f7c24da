type Type = 0x7f | 0x7e | 0x7d | 0x7c
type Operation = readonly [code: readonly number[], type: Type]

const [I32, I64, F32, F64] = [0x7f, 0x7e, 0x7d, 0x7c] as const
/** Of no alignment, at offset 0; SIMD's have a prefix. */
const plain = (code: number): readonly number[] => [code, 0, 0]
const simd = (code: number, ...rest: number[]): readonly number[] => [0xfd, code, 0, 0, ...rest]
const ZEROS = [0xfd, 0x0c, ...Array(16).fill(0)]
const LOW_HALF = [0xfd, 0x1d, 0]
const HIGH_HALF = [0xfd, 0x1d, 1]

/** WebAssembly's loads and stores, by name: their code, with the address on the stack, and the type of the value. */
const LOADS = {
  'i32.load': [plain(0x28), I32],
  'i64.load': [plain(0x29), I64],
  'f32.load': [plain(0x2a), F32],
  'f64.load': [plain(0x2b), F64],
  'i32.load16_s': [plain(0x2e), I32],
  'i32.load16_u': [plain(0x2f), I32],
  'i64.load16_s': [plain(0x32), I64],
  'i64.load16_u': [plain(0x33), I64],
  'i64.load32_s': [plain(0x34), I64],
  'i64.load32_u': [plain(0x35), I64],
  'v128.load': [[...simd(0), ...HIGH_HALF], I64],
  'v128.load16_splat': [[...simd(8), ...HIGH_HALF], I64],
  'v128.load32_splat': [[...simd(9), ...HIGH_HALF], I64],
  'v128.load64_splat': [[...simd(10), ...HIGH_HALF], I64],
  'v128.load16_lane': [[...ZEROS, ...simd(0x55, 1), ...LOW_HALF], I64],
  'v128.load32_lane': [[...ZEROS, ...simd(0x56, 1), ...LOW_HALF], I64],
  'v128.load64_lane': [[...ZEROS, ...simd(0x57, 1), ...HIGH_HALF], I64],
} as const satisfies Record<string, Operation>
const VALUE = [0x20, 1]
const STORES = {
  'i32.store': [[...VALUE, ...plain(0x36)], I32],
  'i64.store': [[...VALUE, ...plain(0x37)], I64],
  'f32.store': [[...VALUE, ...plain(0x38)], F32],
  'f64.store': [[...VALUE, ...plain(0x39)], F64],
  'i32.store16': [[...VALUE, ...plain(0x3b)], I32],
  'i64.store32': [[...VALUE, ...plain(0x3e)], I64],
  'v128.store': [[...ZEROS, ...simd(11)], I32],
  'v128.store16_lane': [[...ZEROS, ...simd(0x59, 1)], I32],
  'v128.store32_lane': [[...ZEROS, ...simd(0x5a, 1)], I32],
  'v128.store64_lane': [[...ZEROS, ...simd(0x5b, 1)], I32],
} as const satisfies Record<string, Operation>

export type Load = keyof typeof LOADS
export type Store = keyof typeof STORES
export const LOAD_NAMES = Object.keys(LOADS) as Load[]
export const STORE_NAMES = Object.keys(STORES) as Store[]

type Exports = { readonly memory: WebAssembly.Memory } & Record<Load, (at: number) => number | bigint> &
  Record<Store, (at: number, value: number | bigint) => void>

const vector = (items: readonly number[][]): number[] => [items.length, ...items.flat()]
const name = (text: string): number[] => [text.length, ...Buffer.from(text)]
const section = (id: number, content: number[]): number[] => [id, ...leb(content.length), ...content]
const leb = (value: number): number[] =>
  value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...leb(value >>> 7)]

/** A module with a memory of four pages (256 KiB), and each load and store as a function of an address. */
export const instantiate = (): Exports => {
  const loads = Object.entries(LOADS)
  const stores = Object.entries(STORES)
  const types = [
    ...loads.map(([, [, type]]) => [0x60, 1, 0x7f, 1, type]),
    ...stores.map(([, [, type]]) => [0x60, 2, 0x7f, type, 0]),
  ]
  const bodies = [...[...loads, ...stores].map(([, [code]]) => [0, 0x20, 0, ...code, 0x0b])]
  const functions = [...loads, ...stores].map(([text], i) => [...name(text), 0, i])
  const bytes = [
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, vector(types)),
    ...section(3, vector(types.map((_, i) => [i]))),
    ...section(5, [1, 1, 4, 4]),
    ...section(7, vector([[...name('memory'), 2, 0], ...functions])),
    ...section(10, vector(bodies.map(body => [body.length, ...body]))),
  ]
  return new WebAssembly.Instance(new WebAssembly.Module(new Uint8Array(bytes))).exports as Exports
}
