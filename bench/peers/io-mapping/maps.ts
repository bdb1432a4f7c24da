// A page mapped, written and unmapped, in each way that there is to write it.
import type { IoMapping, IoMem } from 'io-mapping'
import { type Case, type Given, type Run, timed } from '../serve.js'
import { mappingOf } from './aperture.js'

const PAGE = 4096
/** How many handles are kept: enough that V8 can't do without making them. */
const KEPT = 4096

/** Maps pages `from` to `to` of a sequence that is repeated on and on. */
type Loop = (mapping: IoMapping, pages: Uint32Array, from: number, to: number) => void

/**
 * Runs a loop, and tells how many of its maps needed a system call. Each run goes on where the last one ended, or short
 * runs would map the same few pages again and again.
 */
const over =
  (loop: Loop): Case =>
  (given: Given): Run => {
    const mapping = mappingOf(given)
    const pages = given.pages()
    if (given.has('resident')) droppedWritten(mapping, pages.slice().sort(), 0, pages.length)
    let next = 0
    const run = timed(n => {
      const from = next
      next = (from + n) & (pages.length - 1)
      loop(mapping, pages, from, from + n)
    })
    return async n => {
      const before = mapping.stats
      const outcome = await run(n)
      const { misses, recycles } = mapping.stats
      return { ...outcome, misses: misses - before.misses, recycles: recycles - before.recycles }
    }
  }

const dropped: Loop = (mapping, pages, from, to) => {
  const mask = pages.length - 1
  for (let i = from; i < to; i++) mapping.map((pages[i & mask] as number) * PAGE).unmap()
}

const droppedWritten: Loop = (mapping, pages, from, to) => {
  const mask = pages.length - 1
  for (let i = from; i < to; i++) {
    const page = mapping.map((pages[i & mask] as number) * PAGE)
    page.write32(0, i)
    page.unmap()
  }
}

const ring: (IoMem | undefined)[] = new Array(KEPT).fill(undefined)

const kept: Loop = (mapping, pages, from, to) => {
  const mask = pages.length - 1
  for (let i = from; i < to; i++) {
    const page = mapping.map((pages[i & mask] as number) * PAGE)
    ring[i & (KEPT - 1)] = page
    page.unmap()
  }
}

const keptWritten: Loop = (mapping, pages, from, to) => {
  const mask = pages.length - 1
  for (let i = from; i < to; i++) {
    const page = mapping.map((pages[i & mask] as number) * PAGE)
    ring[i & (KEPT - 1)] = page
    page.write32(0, i)
    page.unmap()
  }
}

const atomicWritten: Loop = (mapping, pages, from, to) => {
  const mask = pages.length - 1
  let i = from
  const use = (page: IoMem) => page.write32(0, i)
  for (; i < to; i++) mapping.atomic((pages[i & mask] as number) * PAGE, use)
}

/** With a function made for each map, as one writes it: V8 makes it, and a context for its `i`. */
const atomicInline: Loop = (mapping, pages, from, to) => {
  const mask = pages.length - 1
  for (let i = from; i < to; i++)
    mapping.atomic((pages[i & mask] as number) * PAGE, page => page.write32(0, i))
}

const mapAtomicWritten: Loop = (mapping, pages, from, to) => {
  const mask = pages.length - 1
  for (let i = from; i < to; i++) {
    const page = mapping.mapAtomic((pages[i & mask] as number) * PAGE)
    page.write32(0, i)
    page.unmap()
  }
}

export const mapCases: Readonly<Record<string, Case>> = {
  dropped: over(dropped),
  'dropped-written': over(droppedWritten),
  kept: over(kept),
  'kept-written': over(keptWritten),
  'atomic-written': over(atomicWritten),
  'atomic-inline': over(atomicInline),
  'map-atomic-written': over(mapAtomicWritten),
}
