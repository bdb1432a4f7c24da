// What reads and writes have come to, in words and as data.
import { hexValue } from '../typed/widths.js'
import type { Value } from './decoded.js'
import type { Result } from './perform.js'
import { fieldTexts, formatPart, jsonOfDecoded, jsonOfValue, placeText, valueLines } from './show.js'

const writeLine = ({ before, dry, value }: Result & { kind: 'write' }): string => {
  const { name, raw, width } = value
  const what = `${hexValue(raw, { bytes: width })} at ${placeText(value)}${name === '' ? '' : `, ${name}`}`
  const was = before === undefined ? '' : `; it ${dry ? 'is' : 'was'} ${hexValue(before, { bytes: width })}`
  const fields = fieldTexts(value, value.fields.length === 1)
  const told = fields.length > 0 ? ` (${fields.join(', ')})` : ''
  return `${dry ? 'would write' : 'wrote'} ${what}${told}${was}\n`
}

/** Reads that follow one another stand in columns. */
export const formatResults = (results: readonly Result[], all = false): string => {
  const texts: string[] = []
  let reads: Value[] = []
  const flush = () => {
    texts.push(valueLines(reads, '', all))
    reads = []
  }
  for (const result of results) {
    if (result.kind === 'read') reads.push(result.value)
    else {
      flush()
      texts.push(
        result.kind === 'write'
          ? writeLine(result)
          : result.parts.map(part => formatPart(part, all)).join('\n'),
      )
    }
  }
  flush()
  return texts.join('')
}

export const jsonOfResult = (result: Result) => {
  if (result.kind === 'show') return { kind: 'capability', capabilities: result.parts.map(jsonOfDecoded) }
  const value = jsonOfValue(result.value)
  if (result.kind === 'read') return { kind: 'read', ...value }
  const { before, dry } = result
  return { kind: 'write', ...value, ...(before === undefined ? {} : { before }), written: !dry }
}
