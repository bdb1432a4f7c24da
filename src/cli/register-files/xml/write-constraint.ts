// Which values may be written, as CMSIS-SVD and IP-XACT say it.
import type { WriteConstraint } from '../model.js'
import type { XmlNode } from './node.js'
import type { Numbers } from './numbers.js'

const isTrue = (text: string | undefined): boolean => text === 'true' || text === '1'

/** `said` is the element that constrains, `range` the one that holds its bounds. Undefined: all may be written, or it can't be told. */
export const readConstraint = (
  said: XmlNode,
  range: XmlNode | undefined,
  bigOf: Numbers['bigOf'],
): WriteConstraint | undefined => {
  if (isTrue(said.text('writeAsRead'))) return 'as-read'
  if (isTrue(said.text('useEnumeratedValues'))) return 'named'
  return range?.attempt(() => {
    const [least, most] = [bigOf(range, 'minimum') ?? 0n, bigOf(range, 'maximum')]
    if (most === undefined) throw range.fail('it has no maximum')
    return { least, most }
  })
}
