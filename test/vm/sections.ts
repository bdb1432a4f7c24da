// What is measured lies between two markers, which are writes that the trace shows: 2i before section i, 2i + 1 after it.
import type { TraceEntry } from '../../vm/guest.js'

/** What a guest's program says of a section, one line each, behind SECTION. */
export const SECTION = '@section '

export const sectionsOf = <T>(output: string): T[] =>
  output
    .split('\n')
    .filter(text => text.startsWith(SECTION))
    .map(text => JSON.parse(text.slice(SECTION.length)))

/** The accesses between each pair of markers, by section. */
export const split = (
  trace: readonly TraceEntry[],
  isMarker: (entry: TraceEntry) => boolean,
): Map<number, TraceEntry[]> => {
  const sections = new Map<number, TraceEntry[]>()
  let current: TraceEntry[] | undefined
  for (const entry of trace) {
    if (!isMarker(entry)) {
      current?.push(entry)
      continue
    }
    current = entry.value % 2n === 0n ? [] : undefined
    if (current) sections.set(Number(entry.value / 2n), current)
  }
  return sections
}

export const showEntry = ({ kind, size, address, value }: TraceEntry): string =>
  `${kind} of ${size} at 0x${address.toString(16)}: ${value}`
