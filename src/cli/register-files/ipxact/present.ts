// isPresent: elements that a component has in some of its configurations, from 2014 on.
import type { XmlNode } from '../xml/node.js'
import { known } from './values.js'

const WORDS: Readonly<Record<string, bigint>> = { true: 1n, false: 0n }

/** Whether a component, as its file says it, has this element. */
export const isPresent = (node: XmlNode): boolean => {
  const text = node.text('isPresent')
  if (text === undefined) return true
  const value = known(node, text) ?? (Object.hasOwn(WORDS, text) ? WORDS[text] : undefined)
  if (value === undefined)
    node.warn(`its isPresent is '${text.slice(0, 40)}', which is no number`, 'it is taken for 1')
  return value !== 0n
}
