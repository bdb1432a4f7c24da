// The fields of one register, beside each other.
import type { Field } from '../model.js'
import { withOwnNames } from '../names.js'
import type { XmlNode } from '../xml/node.js'

/** A field, and the element that says it. */
export type ReadField = Omit<Field, 'overlaps'> & { readonly node: XmlNode }

/** Those that can be, with names that differ. */
export const settledFields = (all: readonly ReadField[]): Field[] =>
  apart(
    withOwnNames(all, ({ node, name }, called) =>
      node.warn(`there is another field called ${name.slice(0, 80)}`, `it is called ${called.slice(0, 80)}`),
    ),
  )

/** Those of one direction that have a bit in common say so; one that no value could leave alone then is left out. */
const apart = (all: readonly ReadField[]): Field[] => {
  const kept: Field[] = []
  for (const { node, ...field } of all) {
    const others = kept.filter(each => meet(each, field))
    const contrary = others.find(each => areContrary(each, field))
    const [other] = others
    if (contrary) {
      node.warn(
        `it has bits of ${contrary.name}, and a write of 0 to the one, and of 1 to the other has an effect`,
        'it is left out',
      )
      continue
    }
    if (other) node.warn(`it has bits of ${other.name}, too`, 'both are kept')
    kept.push({ ...field, overlaps: other !== undefined })
  }
  return kept
}

type Place = Pick<Field, 'high' | 'low' | 'access' | 'onWrite'>

const meet = (one: Place, other: Place): boolean => {
  const accesses = [one.access, other.access]
  const twoSides = accesses.includes('read-only') && accesses.includes('write-only')
  return !twoSides && one.low <= other.high && other.low <= one.high
}

const areContrary = (one: Place, other: Place): boolean => {
  const [first, second] = [one, other].map(({ access, onWrite }) =>
    access === 'read-only' ? undefined : onWrite,
  )
  return (
    first !== undefined && second !== undefined && first.startsWith('zero-') !== second.startsWith('zero-')
  )
}
