// What registers and fields hold after a reset.
import type { XmlNode } from '../xml/node.js'
import { optional } from './values.js'

/** Whether it is that of power-on, which needs no name: others are of a file's own kinds. */
const isHard = ({ attributes }: XmlNode): boolean => (attributes.resetTypeRef ?? 'HARD') === 'HARD'

const resetIn = (all: readonly XmlNode[]): bigint | undefined => {
  const reset = all.find(isHard) ?? all[0]
  const value = reset && optional(reset, 'value')
  return reset && value !== undefined ? value & (optional(reset, 'mask') ?? ~0n) : undefined
}

/** Of a whole register, until 2009; undefined if it isn't said. */
export const registerReset = (register: XmlNode): bigint | undefined => resetIn(register.all('reset'))

/** Of a field, from 2014 on. */
export const fieldReset = (field: XmlNode): bigint => resetIn(field.child('resets')?.all('reset') ?? []) ?? 0n
