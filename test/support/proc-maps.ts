import { readFileSync } from 'node:fs'

/** A stretch of a file that is mapped in this process. */
export interface MappedRange {
  /** Such as rw-s. */
  readonly access: string
  /** Where in the file it starts, in bytes. */
  readonly offset: number
  /** In bytes. */
  readonly length: number
}

/** What of the file at `path` is mapped in this process, in the file's order; neighbours may be one stretch or two. */
export const mappedOf = (path: string): MappedRange[] => {
  const line = /^([0-9a-f]+)-([0-9a-f]+) (\S+) ([0-9a-f]+) \S+ \d+ +(.*)$/
  return readFileSync('/proc/self/maps', 'utf8')
    .split('\n')
    .map(each => line.exec(each) ?? [])
    .filter(([, , , , , name]) => name === path)
    .map(([, from = '', to = '', access = '', offset = '']) => ({
      access,
      offset: Number.parseInt(offset, 16),
      length: Number.parseInt(to, 16) - Number.parseInt(from, 16),
    }))
    .sort((a, b) => a.offset - b.offset)
}
