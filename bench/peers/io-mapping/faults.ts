// What the check for faults costs each access; and how long the event loop waits while a transfer is under way.
import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { IoMem } from 'io-mapping'
import { type Case, type Given, timed } from '../serve.js'
import { wordOf } from '../words.js'
import { mappingOf } from './aperture.js'
import { copyOfLibrary } from './unchecked.js'

let sink = 0

const windowOf = async (given: Given, checked: boolean): Promise<IoMem> => {
  const { IoMapping, file } = await copyOfLibrary(checked)
  return IoMapping.create(file(given.text('path'))).map(0)
}

const read32 =
  (checked: boolean): Case =>
  async given => {
    const page = await windowOf(given, checked)
    return timed(n => {
      let sum = 0
      for (let i = 0; i < n; i++) sum += page.read32(wordOf(i, 0) * 4)
      sink = sum
    })
  }

const write32 =
  (checked: boolean): Case =>
  async given => {
    const page = await windowOf(given, checked)
    return timed(n => {
      for (let i = 0; i < n; i++) page.write32(wordOf(i, 0) * 4, i)
    })
  }

/** Delays of the event loop in ms: its timer is asked for each millisecond. */
const readAsync: Case = given => {
  const mapping = mappingOf(given)
  return async n => {
    const delay = monitorEventLoopDelay({ resolution: 1 })
    delay.enable()
    const start = process.hrtime.bigint()
    for (let i = 0; i < n; i++) sink += (await mapping.readAsync(0, mapping.size)).length
    const ns = Number(process.hrtime.bigint() - start)
    delay.disable()
    return { ns, p50: delay.percentile(50) / 1e6, p99: delay.percentile(99) / 1e6 }
  }
}

export const faultCases: Readonly<Record<string, Case>> = {
  'checked-read32': read32(true),
  'unchecked-read32': read32(false),
  'checked-write32': write32(true),
  'unchecked-write32': write32(false),
  'read-async': readAsync,
}
export { sink }
