import { isByteCount, isRange } from '../system/numbers.js'
import { MAP_MAX, PAGE_SIZE } from '../system/page.js'
import type { MappingCore } from '../window/mapping-core.js'
import { checkGaps, refuseEnded, refuseMap, refuseMapAll } from '../window/mapping-refusals.js'

/** The length of a window that is not just a page: as asked, or what there is of the last page. Throws what refuses it. */
export const checkedLength = (
  core: MappingCore,
  call: string,
  offset: number,
  length: number | undefined,
): number => {
  if (core.isEnded()) throw refuseEnded(core, call)
  const asked = length === undefined ? pageLength(core, offset) : length
  if (!isRange(offset, asked, core.limit) || asked > MAP_MAX) throw refuseMap(core, call, offset, asked)
  checkGaps(core, call, offset, asked)
  return asked
}

/** A page, or of the last one, from its start, what there is. */
const pageLength = ({ limit }: MappingCore, offset: number): number => {
  const left = isByteCount(offset) && offset % PAGE_SIZE === 0 ? limit - offset : 0
  return left > 0 && left < PAGE_SIZE ? left : PAGE_SIZE
}

/** The length of a window of all of the mapping. Throws what refuses it. */
export const wholeLength = (core: MappingCore): number => {
  if (core.isEnded()) throw refuseEnded(core, 'map')
  if (core.limit > MAP_MAX) throw refuseMapAll(core)
  checkGaps(core, 'map', 0, core.limit)
  return core.limit
}
