import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { setImmediate } from 'node:timers/promises'
import type { Control } from './control.js'

/** What this process has of the system's, a line each: open descriptors, mappings of files, blocks of the addon's. */
export type Holdings = readonly string[]

const target = (fd: string): string[] => {
  try {
    return [`open: ${readlinkSync(`/proc/self/fd/${fd}`)}`]
  } catch {
    return [] // the one that listed the folder
  }
}

// Without addresses.
const mapping = (line: string): string[] => {
  const [, access, name] = /^\S+ (\S+) \S+ \S+ \d+ +(\/.*)$/.exec(line) ?? []
  return name === undefined ? [] : [`mapped: ${access} ${name}`]
}

const holdings = (control: Control): Holdings =>
  [
    ...readdirSync('/proc/self/fd').flatMap(target),
    ...readFileSync('/proc/self/maps', 'latin1').split('\n').flatMap(mapping),
    `blocks: ${control.blocks()}`,
  ].sort()

const difference = (from: Holdings, to: Holdings): string[] => {
  const rest = [...from]
  return to.filter(line => {
    const index = rest.indexOf(line)
    if (index >= 0) rest.splice(index, 1)
    return index < 0
  })
}

const TURNS = 20

/** What is more or less than `before`, once the collector and the event loop have had their turns. */
export const changed = async (before: Holdings, control: Control): Promise<string[]> => {
  let now = before
  for (let turn = 0; turn < TURNS; turn++) {
    now = holdings(control)
    if (now.join() === before.join()) return []
    gc?.()
    await setImmediate()
  }
  return [
    ...difference(before, now).map(line => `too much: ${line}`),
    ...difference(now, before).map(line => `missing: ${line}`),
  ]
}

/** What this process has once nothing is left to be collected. */
export const settled = async (control: Control): Promise<Holdings> => {
  for (let last = '', same = 0; same < 3; ) {
    gc?.()
    await setImmediate()
    const now = holdings(control).join()
    same = now === last ? same + 1 : 0
    last = now
  }
  return holdings(control)
}
