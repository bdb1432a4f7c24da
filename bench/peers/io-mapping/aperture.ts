import { file, IoMapping, type IoMappingOptions, memory } from 'io-mapping'
import type { Given } from '../serve.js'

/** The aperture that all contestants of a row share (`path=`), or memory of this process's own (`size=`). */
const apertureOf = (given: Given) =>
  given.has('path') ? file(given.text('path')) : memory(given.number('size'))

export const optionsOf = (given: Given): IoMappingOptions => {
  const strategy = given.text('strategy') as NonNullable<IoMappingOptions['strategy']>
  return { strategy, ...(given.has('slotBytes') && { slotBytes: given.number('slotBytes') }) }
}

/** A mapping as the arguments ask for. */
export const mappingOf = (given: Given): IoMapping => IoMapping.createWc(apertureOf(given), optionsOf(given))
