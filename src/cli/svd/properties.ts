// What registers take over from what they lie in: registerPropertiesGroup of CMSIS-SVD.
import type { Access, ReadEffect, WriteEffect } from 'io-mapping/registers'
import type { SvdNode } from './node.js'
import { bigOf, numberOf } from './numbers.js'

export interface Properties {
  readonly bits: number | undefined
  readonly access: Access | undefined
  readonly resetValue: bigint
  readonly resetMask: bigint | undefined
}

export const NO_PROPERTIES: Properties = {
  bits: undefined,
  access: undefined,
  resetValue: 0n,
  resetMask: undefined,
}

/** Those of an element, where it has them, else those of what it lies in. */
export const propertiesOf = (node: SvdNode, outer: Properties): Properties => ({
  bits: numberOf(node, 'size') ?? outer.bits,
  access: accessOf(node) ?? outer.access,
  resetValue: bigOf(node, 'resetValue') ?? outer.resetValue,
  resetMask: bigOf(node, 'resetMask') ?? outer.resetMask,
})

const ACCESSES: Readonly<Record<string, Access>> = {
  'read-only': 'read-only',
  'write-only': 'write-only',
  'read-write': 'read-write',
  writeOnce: 'write-only',
  'read-writeOnce': 'read-write',
}

const READ_ACTIONS: Readonly<Record<string, ReadEffect>> = {
  clear: 'clear',
  set: 'set',
  modify: 'other',
  modifyExternal: 'other',
}

const WRITE_ACTIONS: Readonly<Record<string, WriteEffect>> = {
  oneToClear: 'one-to-clear',
  oneToSet: 'one-to-set',
  oneToToggle: 'one-to-toggle',
  zeroToClear: 'zero-to-clear',
  zeroToSet: 'zero-to-set',
  zeroToToggle: 'zero-to-toggle',
  clear: 'clear',
  set: 'set',
  modify: 'other',
}

const choice = <T>(node: SvdNode, tag: string, choices: Readonly<Record<string, T>>): T | undefined => {
  const text = node.text(tag)
  if (text === undefined) return undefined
  if (Object.hasOwn(choices, text)) return choices[text]
  throw node.fail(
    `its ${tag} is '${text.slice(0, 40)}'; it must be one of ${Object.keys(choices).join(', ')}`,
  )
}

export const accessOf = (node: SvdNode): Access | undefined => choice(node, 'access', ACCESSES)

export const readActionOf = (node: SvdNode): ReadEffect | undefined =>
  choice(node, 'readAction', READ_ACTIONS)

export const writeActionOf = (node: SvdNode): WriteEffect | undefined =>
  choice(node, 'modifiedWriteValues', WRITE_ACTIONS)
