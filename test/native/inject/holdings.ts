import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import type { Control } from './control.js'

/** What this process has. */
export interface Holdings {
  /** Of the system's, a line each: open descriptors, and mappings of files. */
  readonly lines: readonly string[]
  /** Of memory that the addon has allocated. */
  readonly blocks: number
}

const target = (fd: string): string[] => {
  try {
    return [`open: ${readlinkSync(`/proc/self/fd/${fd}`)}`]
  } catch {
    return [] // the one that listed the folder
  }
}

// Without addresses, and without zeros that are shared memory, which is what lies in the place of pages when no other
// can be had.
const mapping = (line: string): string[] => {
  const [, access, name] = /^\S+ (\S+) \S+ \S+ \d+ +(\/.*)$/.exec(line) ?? []
  return name === undefined || name.startsWith('/dev/zero') ? [] : [`mapped: ${access} ${name}`]
}

const holdings = (control: Control): Holdings => ({
  lines: [
    ...readdirSync('/proc/self/fd').flatMap(target),
    ...readFileSync('/proc/self/maps', 'latin1').split('\n').flatMap(mapping),
  ].sort(),
  blocks: control.blocks(),
})

const isSame = (a: Holdings, b: Holdings): boolean =>
  a.blocks === b.blocks && a.lines.join() === b.lines.join()

const difference = (from: readonly string[], to: readonly string[]): string[] => {
  const rest = [...from]
  return to.filter(line => {
    const index = rest.indexOf(line)
    if (index >= 0) rest.splice(index, 1)
    return index < 0
  })
}

const TURNS = 20

/** Whether what this process has is as `before`, once the collector and the event loop have had their turns; or what it is. */
export const settlesAt = async (before: Holdings, control: Control): Promise<Holdings | undefined> => {
  let now = before
  for (let turn = 0; turn < TURNS; turn++) {
    now = holdings(control)
    if (isSame(now, before)) return undefined
    gc?.()
    await setTimeout(turn < 3 ? 0 : 5)
  }
  return now
}

/** What is wrong with it. Fewer blocks are not: a guard goes with the container that it is for, which may stay in the pool. */
export const leftBehind = (before: Holdings, now: Holdings): string[] => [
  ...difference(before.lines, now.lines).map(line => `too much: ${line}`),
  ...difference(now.lines, before.lines).map(line => `missing: ${line}`),
  ...(now.blocks > before.blocks ? [`blocks: ${now.blocks}, not ${before.blocks}`] : []),
]

/** What this process has once nothing is left to be collected. */
export const settled = async (control: Control): Promise<Holdings> => {
  let last = holdings(control)
  for (let same = 0; same < 3; ) {
    gc?.()
    await setTimeout(1)
    const now = holdings(control)
    same = isSame(now, last) ? same + 1 : 0
    last = now
  }
  return last
}
