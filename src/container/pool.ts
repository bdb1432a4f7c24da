import { IoMappingError } from '../system/errors.js'
import type { Lease } from '../system/native.js'
import { IS_32_BIT } from '../system/word-size.js'
import { Container } from './container.js'

// Making a container costs 0.3 to 0.6 ms, cleaning one a system call. What is kept here holds no memory, only
// address space, which is scarce in a 32-bit process alone.
const KEEP = IS_32_BIT ? 1 : 16
const kept: Container[] = []
/** Where those lie that another thread may still touch. */
const touched = new Set<number>()

/** From here on the container at `address` is not given to another when it is given back. */
export const forbidReuse = (address: number): void => {
  touched.add(address)
}

export const allowReuse = (address: number): void => {
  touched.delete(address)
}

/** A container of at least `bytes`, with zeros in it, guarded: a used one where one fits, else a new one. */
export const takeContainer = (bytes: number, lease: Lease): Container => {
  const index = kept.findIndex(({ byteLength }) => byteLength >= bytes && byteLength <= 2 * bytes + 65536)
  const [found] = index < 0 ? [] : kept.splice(index, 1)
  const container = found ?? make(bytes)
  container.guard(lease)
  return container
}

/** Gives one back: its views are detached and its pages taken out, at once. */
export const giveBackContainer = (container: Container): void => {
  container.detach()
  giveBackUnmapped(container)
}

/**
 * The same for one that has no views, and whose handles all know that they are unmapped: its arrays stay, for the next
 * who takes it. Making them takes a fifth of the time of a map.
 */
export const giveBackUnmapped = (container: Container): void => {
  const isClear = container.clear()
  const isFree = container.unguard()
  if (isClear && isFree && !touched.has(container.address)) kept.push(container)
  else container.detach()
  if (kept.length > KEEP) kept.shift()?.detach() // the one that waited longest: its size may never be wanted again
}

// A function of its own: a caller's registers would still refer to the last of them.
const dropAll = (): void => {
  for (const each of kept.splice(0)) each.detach()
}

const make = (bytes: number): Container => {
  try {
    return new Container(bytes)
  } catch (error) {
    const full = error instanceof IoMappingError && error.code === 'ERR_IO_ADDRESS_SPACE'
    if (!full || kept.length === 0) throw error
    dropAll() // V8 collects before it refuses, so what was kept for reuse serves here
    return new Container(bytes)
  }
}
