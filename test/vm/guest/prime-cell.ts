import type { IoMapping } from 'io-mapping'

/** What each of ARM's PrimeCells has at its end: which part it is, and that it is one; a byte a register. */
export const primeCell = (mapping: IoMapping): { part: number; id: number } => {
  const [part = 0, id = 0] = mapping.atomic(0, page =>
    [0xfe0, 0xff0].map(start =>
      [0, 1, 2, 3].reduce((sum, i) => sum + (page.read32(start + 4 * i) & 0xff) * 2 ** (8 * i), 0),
    ),
  )
  return { part: part & 0xfff, id }
}
