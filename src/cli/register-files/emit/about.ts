// What a comment says of an element: its description, and what else its file says that a block can't.
import { hex } from '../../../system/numbers.js'
import type { Field, Item, Repeated, WriteConstraint } from '../model.js'

const sentence = (text: string): string => (text === '' || /[.!?:;]$/.test(text) ? text : `${text}.`)

const joined = (description: string, more: readonly string[]): string =>
  more.length === 0 ? description : [sentence(description), ...more].filter(text => text !== '').join(' ')

const renamed = (name: string, called: string): string[] =>
  name === called ? [] : [`(The vendor calls it ${name}; that name is taken here.)`]

const constraint = (said: WriteConstraint | undefined): string[] => {
  if (said === undefined) return []
  if (said === 'as-read') return ['To be written as it was read.']
  if (said === 'named') return ['Only values that have names may be written.']
  return [`${hex(said.least)} to ${hex(said.most)} may be written.`]
}

const repeated = (array: Repeated | undefined): string[] => {
  if (array === undefined) return []
  const { typeName, indexNames } = array
  const names = indexNames.map(
    ({ index, name, description }) =>
      `[${index}] is ${name}${description && description !== name ? ` (${description})` : ''}`,
  )
  return [
    ...(typeName === undefined ? [] : [`Each is a ${typeName}.`]),
    ...(names.length > 0 ? [`${names.join(', ')}.`] : []),
  ]
}

/** Of a register or a cluster; `called`: what it is called here. */
export const aboutItem = (item: Item, called: string): string =>
  joined(item.description, [
    ...renamed(item.name, called),
    ...(item.displayName === undefined || item.displayName === item.name
      ? []
      : [`In its documents: ${item.displayName}.`]),
    ...(item.alternateOf === undefined ? [] : [`It lies where ${item.alternateOf} does.`]),
    ...repeated(item.array),
    ...(item.kind === 'register' ? constraint(item.writeConstraint) : []),
  ])

/** Of a field; `called`: what it is called here. */
export const aboutField = (field: Field, called: string): string =>
  joined(field.description, [...renamed(field.name, called), ...constraint(field.writeConstraint)])
