import type { IoMapping, IoMem } from 'io-mapping'

/** Maps `count` atomic pages, runs `then`, and unmaps them. */
export const holding = (mapping: IoMapping, count: number, then: (pages: IoMem[]) => void): void => {
  const pages = Array.from({ length: count }, () => mapping.mapAtomic(0))
  try {
    then(pages)
  } finally {
    for (const page of pages.reverse()) page[Symbol.dispose]()
  }
}
