import type { IoMem } from 'io-mapping'
import { WIDTHS } from './widths.js'

/** Every use of a window, by the name its errors start with; `writes`: whether it would write. */
export interface Use {
  readonly call: string
  readonly writes: boolean
  readonly run: (mem: IoMem) => unknown
}

/** All that can be done with a window, but unmapping it. */
export const USES: readonly Use[] = [
  ...WIDTHS.flatMap(({ read, write, bytes, load, store, view }): Use[] => [
    { call: read, writes: false, run: mem => load(mem, 0) },
    { call: write, writes: true, run: mem => store(mem, 0, 1n) },
    { call: `u${8 * bytes}`, writes: false, run: view },
  ]),
  { call: 'copyTo', writes: false, run: mem => mem.copyTo(new Uint8Array(4)) },
  { call: 'copyFrom', writes: true, run: mem => mem.copyFrom(new Uint8Array(4)) },
  { call: 'fill', writes: true, run: mem => mem.fill(1) },
  { call: 'readFifo', writes: false, run: mem => mem.readFifo(0, new Uint32Array(4)) },
  { call: 'writeFifo', writes: true, run: mem => mem.writeFifo(0, new Uint32Array([1, 2])) },
]
