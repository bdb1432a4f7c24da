/** WebAssembly's loads and stores, by name: their code, and the type of the value (0x7f i32, 0x7e i64, 0x7d f32, 0x7c f64). */
const LOADS = {
  'i32.load': [0x28, 0x7f],
  'i64.load': [0x29, 0x7e],
  'f32.load': [0x2a, 0x7d],
  'f64.load': [0x2b, 0x7c],
  'i32.load16_s': [0x2e, 0x7f],
  'i32.load16_u': [0x2f, 0x7f],
  'i64.load16_s': [0x32, 0x7e],
  'i64.load16_u': [0x33, 0x7e],
  'i64.load32_s': [0x34, 0x7e],
  'i64.load32_u': [0x35, 0x7e],
} as const
const STORES = {
  'i32.store': [0x36, 0x7f],
  'i64.store': [0x37, 0x7e],
  'f32.store': [0x38, 0x7d],
  'f64.store': [0x39, 0x7c],
  'i32.store16': [0x3b, 0x7f],
  'i64.store32': [0x3e, 0x7e],
} as const

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
  const bodies = [
    ...loads.map(([, [code]]) => [0, 0x20, 0, code, 0, 0, 0x0b]), // aligned to 1, offset 0
    ...stores.map(([, [code]]) => [0, 0x20, 0, 0x20, 1, code, 0, 0, 0x0b]),
  ]
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
