// writeConstraint: which values may be written.
import type { WriteConstraint } from '../model.js'
import type { XmlNode } from '../xml/node.js'
import { bigOf } from './numbers.js'

const isTrue = (text: string | undefined): boolean => text === 'true' || text === '1'

/** Undefined: all may, or it can't be told. */
export const constraintOf = (node: XmlNode): WriteConstraint | undefined => {
  const said = node.child('writeConstraint')
  if (said === undefined) return undefined
  if (isTrue(said.text('writeAsRead'))) return 'as-read'
  if (isTrue(said.text('useEnumeratedValues'))) return 'named'
  const range = said.child('range')
  return range?.attempt(() => {
    const [least, most] = [bigOf(range, 'minimum') ?? 0n, bigOf(range, 'maximum')]
    if (most === undefined) throw range.fail('it has no maximum')
    return { least, most }
  })
}
