import { isByteCount, isRange } from '../system/numbers.js'
import { MAP_MAX, PAGE_SIZE } from '../system/page.js'
import type { MappingCore } from '../window/mapping-core.js'
import { refuseEnded, refuseMap, refuseMapAll } from '../window/mapping-refusals.js'

/** The length of a window that is not just a page: as asked, or what there is of the last page. Throws what refuses it. */
export const checkedLength = (
  core: MappingCore,
  call: string,
  offset: number,
  length: number | undefined,
): number => {
  if (core.isEnded()) throw refuseEnded(core, call)
  if (length !== undefined && isRange(offset, length, core.limit) && length <= MAP_MAX) return length
  const left = isByteCount(offset) && offset % PAGE_SIZE === 0 ? core.limit - offset : 0
  if (length === undefined && left > 0 && left < PAGE_SIZE) return left
  throw refuseMap(core, call, offset, length ?? PAGE_SIZE)
}

/** The length of a window of all of the mapping. Throws what refuses it. */
export const wholeLength = (core: MappingCore): number => {
  if (core.isEnded()) throw refuseEnded(core, 'map')
  if (core.limit > MAP_MAX) throw refuseMapAll(core)
  return core.limit
}
