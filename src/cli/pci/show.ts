// What the configuration space says, in words: the fields that are set.
import { wrap } from '../shown/wrap.js'
import { hexValue } from '../typed/widths.js'
import type { Decoded, ReadField, Value } from './decoded.js'
import { namesOf } from './lookup.js'
import type { Region } from './regions.js'

const WIDTHS = { 1: 'b', 2: 'w', 4: 'l' } as const

/** An offset with the width of what is there, as `iomap config` takes it: 0x04.w. */
export const placeText = ({ offset, width }: Pick<Value, 'offset' | 'width'>): string =>
  `0x${offset.toString(16).padStart(2, '0')}.${WIDTHS[width]}`

const explained = (text: string, meaning: string | undefined): string =>
  meaning === undefined ? text : `${text} (${meaning})`

/** A field as it can be typed again: a flag by its name, another with its value. */
const fieldText = ({ name, value, meaning }: ReadField): string => {
  if (value === true) return name
  const shown = typeof value === 'number' && value > 9 ? `0x${value.toString(16)}` : String(value)
  return explained(`${name}=${value === false ? 0 : shown}`, meaning)
}

/** Flags that are off, and numbers that are 0 and have no meaning as such, go without saying. */
const isSaid = ({ value, meaning }: ReadField): boolean =>
  value !== false && (value !== 0 || meaning !== undefined)

/** The fields of a register, or what its number means. `all`: flags that are off, too. */
export const fieldTexts = ({ fields, meaning }: Value, all = false): string[] =>
  fields.length > 0
    ? fields.filter(each => all || isSaid(each)).map(fieldText)
    : [meaning].filter(each => each !== undefined)

/** What a register says, for a line with others: its fields, or its number; nothing if that is 0. */
const brief = (value: Value): string[] => {
  const texts = fieldTexts(value)
  if (value.fields.length === 0 && (value.raw !== 0 || texts.length > 0))
    return [`${value.name}=${explained(hexValue(value.raw, { bytes: value.width }), value.meaning)}`]
  return texts.map((text, i) => `${i === 0 ? `${value.name}: ` : ''}${text}`)
}

/** The last of several pieces that belong together, and those before it, each with its separator. */
const punctuated = (groups: readonly (readonly string[])[]): string[] =>
  groups.flatMap((pieces, i) =>
    pieces.map((piece, j) => {
      const isLast = j === pieces.length - 1
      return `${piece}${isLast ? (i === groups.length - 1 ? '' : ';') : ','}`
    }),
  )

/** Whether a register is of what the lists of capabilities are made of. */
const isLink = ({ extended }: Region, { name }: Value): boolean =>
  extended ? name === 'HEADER' : name === 'ID' || name === 'NEXT'

const versionOf = ({ region, values }: Decoded): string => {
  const version = region.extended
    ? values[0]?.fields.find(({ name }) => name === 'VERSION')?.value
    : undefined
  return version === undefined ? '' : ` v${version}`
}

const titleOf = (decoded: Decoded): string =>
  `[${decoded.region.offset.toString(16).padStart(2, '0')}] ${decoded.region.name}${versionOf(decoded)}`

/** A capability in a few lines: what is set. */
export const briefCapability = (decoded: Decoded, indent: string): string => {
  const { region, values, remarks } = decoded
  const said = values.filter(value => !isLink(region, value)).map(brief)
  const groups = [...remarks.map(remark => [remark]), ...said].filter(pieces => pieces.length > 0)
  return wrap(punctuated(groups), { first: `${indent}${titleOf(decoded)}  `, indent: `${indent}     ` })
}

/** Registers, each in a line of its own with its place and its fields. `all`: flags that are off, too. */
export const valueLines = (values: readonly Value[], indent: string, all = false): string => {
  const longest = (text: (value: Value) => string) =>
    values.reduce((most, value) => Math.max(most, text(value).length), 0)
  const [places, names] = [longest(placeText), longest(({ name }) => name)]
  const raws = longest(({ raw, width }) => hexValue(raw, { bytes: width }))
  return values
    .map(value => {
      const place = placeText(value).padEnd(places)
      const raw = hexValue(value.raw, { bytes: value.width }).padEnd(raws)
      const first = `${indent}${place}  ${value.name.padEnd(names)}  ${raw}  `
      return wrap(fieldTexts(value, all), { first, separator: ', ' })
    })
    .join('')
}

/** A part of the configuration space: a line for each register. */
export const formatPart = (decoded: Decoded, all = false): string => {
  const { region, values, remarks } = decoded
  const names = region.id === undefined ? '' : `  ${namesOf(region)[0]}`
  const shown = values.filter(value => all || !isLink(region, value))
  const notes = remarks.map(remark => `  ${remark}\n`).join('')
  return `${titleOf(decoded)}${names}\n${valueLines(shown, '  ', all)}${notes}`
}

/** A value as `--json` prints it. */
export const jsonOfValue = ({ name, offset, width, raw, fields, meaning }: Value) => {
  const means = fields.filter(each => each.meaning !== undefined)
  return {
    ...{ name, offset, width, value: raw, hex: hexValue(raw, { bytes: width }) },
    ...(fields.length > 0 ? { fields: Object.fromEntries(fields.map(each => [each.name, each.value])) } : {}),
    ...(means.length > 0
      ? { meanings: Object.fromEntries(means.map(each => [each.name, each.meaning])) }
      : {}),
    ...(meaning === undefined ? {} : { meaning }),
  }
}

/** A part of the configuration space as `--json` prints it. */
export const jsonOfDecoded = ({ region, values, remarks }: Decoded) => {
  const { name, id, offset, extended } = region
  return {
    ...{ name, offset },
    ...(id === undefined ? {} : { id, extended }),
    remarks,
    registers: values.map(jsonOfValue),
  }
}
