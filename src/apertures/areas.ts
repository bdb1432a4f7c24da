/** A range of a device's file, in bytes. */
export interface Area {
  readonly offset: number
  readonly size: number
}

/** What of a device can be mapped, where its driver keeps a part to itself. */
export interface Areas {
  /** In the file, in whole pages; in the order of their offsets, and apart from each other. */
  readonly list: readonly Area[]
  /** Why the rest can't be. */
  readonly why: string
}

/** The parts of `[start, start + size)` that can be mapped. */
export const partsOf = ({ list }: Areas, start: number, size: number): Area[] =>
  list.flatMap(area => {
    const from = Math.max(start, area.offset)
    const end = Math.min(start + size, area.offset + area.size)
    return from < end ? [{ offset: from, size: end - from }] : []
  })

/** The first byte of `[start, start + size)` that can't be mapped; undefined if all can. */
export const gapIn = (areas: Areas, start: number, size: number): number | undefined => {
  let at = start
  for (const part of partsOf(areas, start, size)) {
    if (part.offset > at) return at
    at = part.offset + part.size
  }
  return at < start + size ? at : undefined
}
