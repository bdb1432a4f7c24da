// Names of registers, fields and capabilities: found, or refused with those that are close.
import type { FieldInfo, RegisterInfo } from 'io-mapping/registers'
import { UsageError } from '../failure.js'
import { insteadOf, isClose } from '../typed/close-names.js'
import type { Place, Region } from './regions.js'
import { setpciName } from './setpci-names.js'

/** Letters and digits alone: BAR[0] is BAR0 where a shell would take brackets for its own. */
const plain = (name: string): string => name.toLowerCase().replaceAll(/[[\]]/g, '')

export interface Found {
  readonly place: Place
  readonly field: FieldInfo | undefined
}

/** The register of a region, or the field of one, that these names lead to. */
export const byPath = ({ registers }: Region, names: readonly string[]): Found | undefined => {
  const asked = plain(names.join('.'))
  for (const place of registers) {
    const path = plain(place.info.path)
    if (path === asked) return { place, field: undefined }
    const field = place.info.fields.find(({ name }) => `${path}.${name.toLowerCase()}` === asked)
    if (field) return { place, field }
  }
  return undefined
}

/** What a capability can be called by. */
export const namesOf = ({ name, id, extended }: Region): string[] =>
  [id === undefined ? undefined : setpciName(id, extended), name].filter(each => each !== undefined)

export const closeTo = (name: string, names: readonly string[]): string[] =>
  names.filter(each => isClose(each, name))

/** `what` the name was for: 'COMMAND has no field'. */
export const refuseName = (what: string, name: string, names: readonly string[]): UsageError =>
  new UsageError(`${what} '${name}'${insteadOf(closeTo(name, names), names)}`)

export const refuseField = ({ path, fields }: RegisterInfo, names: readonly string[]): UsageError =>
  refuseName(
    `${path} has no field`,
    names.join('.'),
    fields.map(({ name }) => name),
  )
