import assert from 'node:assert/strict'
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

/** What a process holds of the system for mappings: descriptors, and what is mapped of files and devices. */
export interface Resources {
  readonly descriptors: string[]
  readonly mapped: string[]
}

const linkOf = (fd: string): string => {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`)
  } catch {
    return 'closed meanwhile' // the one that reads the folder
  }
}

const isMapping = (name: string) => /memfd:|io-mapping-test-|\(deleted\)/.test(name)

export const resources = (): Resources => ({
  descriptors: readdirSync('/proc/self/fd')
    .map(linkOf)
    .filter(link => isMapping(link) || link.startsWith('pipe:'))
    .sort(),
  mapped: readFileSync('/proc/self/maps', 'utf8')
    .split('\n')
    .map(line => /^\S+ (\S+) \S+ \S+ \d+ +(.*)$/.exec(line))
    .filter(match => isMapping(match?.[2] ?? ''))
    .map(match => `${match?.[1]} ${match?.[2]}`)
    .sort(),
})

/** Checks that there is no more than there was. */
export const assertNothingLeft = (before: Resources): void => {
  const now = resources()
  assert.deepEqual(
    {
      descriptors: without(now.descriptors, before.descriptors),
      mapped: without(now.mapped, before.mapped),
    },
    { descriptors: [], mapped: [] },
  )
}

const without = (all: readonly string[], known: readonly string[]): string[] => {
  const left = [...known]
  return all.filter(each => {
    const index = left.indexOf(each)
    if (index >= 0) left.splice(index, 1)
    return index < 0
  })
}
