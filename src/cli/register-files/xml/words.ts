// What the words for access and effects mean, which CMSIS-SVD and IP-XACT have in common, and those that vendors write in their place.
import type { Access, ReadEffect, WriteEffect } from 'io-mapping/registers'
import type { XmlNode } from './node.js'

const ACCESSES: Readonly<Record<string, Access>> = {
  'read-only': 'read-only',
  'write-only': 'write-only',
  'read-write': 'read-write',
  writeOnce: 'write-only',
  'read-writeOnce': 'read-write',
}

/** By their letters alone. */
const OTHER_ACCESSES: Readonly<Record<string, Access>> = {
  readonly: 'read-only',
  read: 'read-only',
  r: 'read-only',
  ro: 'read-only',
  writeonly: 'write-only',
  write: 'write-only',
  w: 'write-only',
  wo: 'write-only',
  writeonce: 'write-only',
  readwrite: 'read-write',
  writeread: 'read-write',
  rw: 'read-write',
  readwriteonce: 'read-write',
  readclear: 'read-write',
}

/** Words for an access that say what a write does, too: it clears, as everywhere, where 1 is written. */
const CLEARING = 'readclear'

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

const lettersOf = (text: string): string => text.toLowerCase().replace(/[^a-z]/g, '')

const own = <T>(choices: Readonly<Record<string, T>>, word: string): T | undefined =>
  Object.hasOwn(choices, word) ? choices[word] : undefined

const odd = (node: XmlNode, tag: string, text: string, choices: object, done: string): void =>
  node.warn(
    `its ${tag} is '${text.slice(0, 40)}'; it must be one of ${Object.keys(choices).join(', ')}`,
    done,
  )

/** Undefined: it says nothing, or nothing that can be understood. */
export const accessOf = (node: XmlNode): Access | undefined => {
  const text = node.text('access')
  if (text === undefined) return undefined
  const exact = own(ACCESSES, text)
  if (exact) return exact
  const meant = own(OTHER_ACCESSES, lettersOf(text))
  odd(node, 'access', text, ACCESSES, meant ? `it is taken for ${meant}` : 'it is not heeded')
  return meant
}

/** What an element's word means; what none can understand is taken for the word `unknown`. */
const meaningOf = <T>(
  node: XmlNode,
  tag: string,
  text: string | undefined,
  choices: Readonly<Record<string, T>>,
  unknown: string,
): T | undefined => {
  if (text === undefined) return undefined
  const exact = own(choices, text)
  if (exact !== undefined) return exact
  const meant = Object.keys(choices).find(word => lettersOf(word) === lettersOf(text)) ?? unknown
  odd(node, tag, text, choices, `it is taken for ${meant}`)
  return choices[meant]
}

export const readActionOf = (node: XmlNode): ReadEffect | undefined =>
  meaningOf(node, 'readAction', node.text('readAction'), READ_ACTIONS, 'modify')

/** `tag`: SVD's name of it, or IP-XACT's. */
export const writeActionOf = (
  node: XmlNode,
  tag: 'modifiedWriteValues' | 'modifiedWriteValue',
): WriteEffect | undefined =>
  meaningOf(node, tag, node.text(tag), WRITE_ACTIONS, 'modify') ??
  (lettersOf(node.text('access') ?? '') === CLEARING ? 'one-to-clear' : undefined)

/** Whether names of values are those of what is read, of what is written, or of both. */
export type Usage = 'read' | 'write' | 'read-write'

const USAGES: Readonly<Record<string, Usage>> = { read: 'read', write: 'write', 'read-write': 'read-write' }

export const usageOf = (node: XmlNode, text: string | undefined): Usage =>
  meaningOf(node, 'usage', text, USAGES, 'read-write') ?? 'read-write'
