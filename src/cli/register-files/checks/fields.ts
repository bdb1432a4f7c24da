// The fields of one register, beside each other.
import type { Field } from '../model.js'
import { withOwnNames } from '../names.js'
import type { XmlNode } from '../xml/node.js'

/** A field, and the element that says it. */
export type ReadField = Omit<Field, 'overlaps'> & { readonly node: XmlNode }

/** No register has as many bits; each is compared with each. */
const COUNT_MAX = 1000

/** Those that can be, with names that differ. */
export const settledFields = (all: readonly ReadField[]): Field[] => {
  all[COUNT_MAX]?.node.warn(
    `its register has ${all.length} fields; at most ${COUNT_MAX} are read`,
    'it and those behind it are left out',
  )
  return apart(
    withOwnNames(all.slice(0, COUNT_MAX), ({ node, name }, called) =>
      node.warn(`there is another field called ${name.slice(0, 80)}`, `it is called ${called.slice(0, 80)}`),
    ),
  )
}

/** Those of one direction that have a bit in common say so; one that no value could leave alone then is left out. */
const apart = (all: readonly ReadField[]): Field[] => {
  const kept: Field[] = []
  for (const { node, ...field } of asObjectsHave(all)) {
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

/** In the order in which a block's object has them: names that are numbers come first there, and which one lies on another depends on that. */
const asObjectsHave = (all: readonly ReadField[]): ReadField[] =>
  Object.values(Object.fromEntries(all.map(field => [field.name, field])))

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
