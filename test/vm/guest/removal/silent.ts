// Programs that make no access that could throw: one that only looks at a view, and a WebAssembly module.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import type { IoMapping } from 'io-mapping'
import type { Act, Actor } from './actor.js'

/** Where nobody else writes. */
const PLACE = 8 * 1024 ** 2
const ONES = 0xffffffff
const WASM_PAGE = 65536
const PATIENCE = 60_000

interface Exports {
  readonly memory: WebAssembly.Memory
  spin(at: number, times: number): number
}

export type Silent = (mapping: IoMapping, actor: Actor, act: Act) => () => void

/** Each goes on until it reads ones, in place of the sevens that it has written; what it returns is a check after `free`. */
export const SILENT: Readonly<Record<string, Silent>> = {
  'a view': (mapping, actor, act) => {
    const view = mapping.map(PLACE).u32
    view.fill(7)
    actor.soon(act)
    until(() => allSevens(view) !== view.length)
    assert.ok(view.every(word => word === ONES))
    return () => assert.equal(view.length, 0)
  },
  WebAssembly: (mapping, actor, act) => {
    mapping.atomic(PLACE, page => page.write32(8, 7))
    const bytes = new Uint8Array(readFileSync(process.env.SPIN ?? ''))
    const { memory, spin } = new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports as Exports
    mapping.mapInto(memory, WASM_PAGE, PLACE, WASM_PAGE)
    const words = new Int32Array(memory.buffer)
    actor.soon(act)
    until(() => spin(WASM_PAGE + 8, 10_000) < 10_000)
    assert.deepEqual([words[WASM_PAGE / 4], words[WASM_PAGE / 2 - 1]], [-1, -1])
    return () => assert.deepEqual([words[WASM_PAGE / 4], words[WASM_PAGE / 4 + 2]], [0, 0])
  },
}

/** How many there are before the first that is something else. */
const allSevens = (view: Uint32Array): number => {
  let i = 0
  while (i < view.length && view[i] === 7) i++
  return i
}

const until = (isOver: () => boolean): void => {
  const start = performance.now()
  while (!isOver()) assert.ok(performance.now() - start < PATIENCE, 'the memory is still there')
}
