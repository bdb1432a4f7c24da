// What `iomap svd --json` prints of peripherals: all that their file says. Places and sizes are in bytes.
import type { Behaviour, Field, Item, Names, Peripheral, WriteConstraint } from './model.js'

const behaviour = ({ access, onRead, onWrite }: Behaviour) => ({
  access,
  ...(onRead === undefined ? {} : { onRead }),
  ...(onWrite === undefined ? {} : { onWrite }),
})

const constraint = (said: WriteConstraint | undefined) =>
  said === undefined ? {} : { writeConstraint: said }

const sameNames = (one: Names, other: Names): boolean => JSON.stringify(one) === JSON.stringify(other)

const fieldJson = (field: Field) => {
  const { name, description, high, low, readNames, writeNames, access } = field
  const values = access === 'write-only' ? writeNames : readNames
  const written = access === 'read-write' && !sameNames(readNames, writeNames)
  return {
    ...{ name, description, high, low, ...behaviour(field) },
    ...(values.length > 0 ? { values } : {}),
    ...(written ? { writtenValues: writeNames } : {}),
    ...(field.overlaps ? { overlaps: true } : {}),
    ...constraint(field.writeConstraint),
  }
}

const itemJson = (item: Item): object => {
  const { name, displayName, description, offset, array, alternateOf } = item
  const about = {
    ...{ name, description, offset },
    ...(displayName === undefined ? {} : { displayName }),
    ...(array ? { array } : {}),
    ...(alternateOf === undefined ? {} : { alternateOf }),
  }
  if (item.kind === 'cluster') return { ...about, items: item.items.map(itemJson) }
  const { bits, resetValue, fields } = item
  return {
    ...about,
    ...{ width: bits / 8, ...behaviour(item) },
    resetValue: bits === 64 ? resetValue : Number(resetValue),
    fields: fields.map(fieldJson),
    ...constraint(item.writeConstraint),
  }
}

/** A peripheral, with all its registers. */
export const peripheralJson = ({ name, description, group, base, size, interrupts, items }: Peripheral) => ({
  ...{ name, description, base, size, interrupts },
  ...(group === undefined ? {} : { group }),
  items: items().map(itemJson),
})
