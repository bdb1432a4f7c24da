import { readdirSync } from 'node:fs'
import { join } from 'node:path'

/** By the reason: which are not run. */
const LEFT_OUT: Readonly<Record<string, readonly string[]>> = {
  'limits the address space, of which the sanitizer takes terabytes': [
    'mapping/address-space',
    'container/pool',
    'strategies/choose',
    'mapping/memory-window',
    'mapping/memory-window-limits',
    'faults/large',
  ],
  'starts processes that are to end by a signal, or hundreds of Workers': [
    'faults/others',
    'mapping/worker-rounds',
  ],
  'is about what is refused before native/ is called': [
    ...['window/copy-refusals', 'window/io-mem-refusals', 'window/atomic-sleep'],
    ...['mapping/io-mapping-refusals', 'mapping/memory-types'],
  ],
  'runs nothing of native/': [
    ...['system/errors', 'system/number-text', 'system/numbers', 'system/word-size', 'mapping/options'],
    ...['system/refusal', 'strategies/slot-ring', 'strategies/slot-table'],
  ],
}

const FOLDERS = [
  ...['system', 'container', 'strategies', 'window', 'transfers', 'mapping', 'kernel', 'faults', 'fuzz'],
  ...['interrupts', 'devices'],
]
const MORE = ['native/stream']

/** The tests that come to run the addon, by their paths from `top`, build/test. */
export const addonTests = (top: string): string[] => {
  const leftOut = new Set(Object.values(LEFT_OUT).flat())
  const found = FOLDERS.flatMap(folder =>
    readdirSync(join(top, folder))
      .filter(name => name.endsWith('.test.js'))
      .map(name => join(folder, name.replace(/\.test\.js$/, ''))),
  )
  for (const name of leftOut)
    if (!found.includes(name)) throw new Error(`there is no ${name}.test.js to leave out`)
  return [...found.filter(name => !leftOut.has(name)), ...MORE].map(name => `${name}.test.js`)
}
