// A field as TypeScript: `MODE: enumeration(5, 4, { IDLE: 0, RUN: 1 }),`
import type { Field, Name, Names, Register } from '../model.js'
import { aboutField } from './about.js'
import { fieldCall, safeName } from './plan-item.js'
import { docComment, key, LINE } from './text.js'

/** The lines of a field; what they call is added to `used`. */
export const emitField = (field: Field, register: Register, indent: string, used: Set<string>): string[] => {
  const { call, bits, names, modes } = fieldCall(field, register)
  used.add(call)
  const name = safeName(field.name, register.fields)
  const head = `${indent}${key(name)}: ${call}(`
  const tail = `)${modes.map(mode => `.${mode}`).join('')},`
  const comment = docComment(aboutField(field, name), indent)
  const short = `${head}${[...bits, ...names.map(inline)].join(', ')}${tail}`
  if (short.length <= LINE && !names.some(side => side.some(isDescribed))) return [...comment, short]
  return [...comment, ...emitEnumeration(head, bits, names, tail, indent)]
}

const isDescribed = ({ name, description }: Name): boolean => description !== '' && description !== name

const valueText = (values: Name['values']): string =>
  values === 'others' ? "'others'" : values.length === 1 ? `${values[0]}` : `[${values.join(', ')}]`

const entry = ({ name, values }: Name): string => `${key(name)}: ${valueText(values)}`

const inline = (names: Names): string => (names.length === 0 ? '{}' : `{ ${names.map(entry).join(', ')} }`)

const entryLines = (name: Name, indent: string): string[] => [
  ...(isDescribed(name) ? docComment(name.description, indent) : []),
  `${indent}${entry(name)},`,
]

/** An enumeration that is too long for a line, or has more to say. */
const emitEnumeration = (
  head: string,
  bits: readonly number[],
  names: readonly Names[],
  tail: string,
  indent: string,
): string[] => {
  const [only, ...others] = names
  if (only && others.length === 0) {
    const inside = only.flatMap(name => entryLines(name, `${indent}  `))
    return [`${head}${bits.join(', ')}, {`, ...inside, `${indent}}${tail}`]
  }
  const sides = names.flatMap(side =>
    side.length === 0
      ? [`${indent}  {},`]
      : [`${indent}  {`, ...side.flatMap(name => entryLines(name, `${indent}    `)), `${indent}  },`],
  )
  return [head, ...bits.map(bit => `${indent}  ${bit},`), ...sides, `${indent}${tail}`]
}
