// The registers of a block as TypeScript.
import type { Cluster, Device, Item, Register } from '../model.js'
import { aboutItem } from './about.js'
import { emitField } from './emit-field.js'
import { overlapsIn } from './overlaps.js'
import { registerModes, safeName } from './plan-item.js'
import { docComment, hex, key } from './text.js'

/** A module while it is written. */
export interface Draft {
  readonly device: Device
  /** What it imports. */
  readonly used: Set<string>
  /** How many characters it may still have; none are written once it has too many. */
  room: number
}

export const emitBlock = (before: string, items: readonly Item[], indent: string, draft: Draft): string[] => {
  const options = draft.device.endianness === 'big' ? ", { endianness: 'big' }" : ''
  if (items.length === 0) return [`${indent}${before}registers({}${options})`]
  const overlapping = overlapsIn(items)
  const inside = items.flatMap(item => {
    const name = safeName(item.name, items)
    const overlaps = overlapping.has(name) ? '.overlaps' : ''
    return emitItem(item, { name, overlaps, indent: `${indent}  ` }, draft)
  })
  return [`${indent}${before}registers({`, ...inside, `${indent}}${options})`]
}

/** How an element is written. */
interface Written {
  readonly name: string
  /** `.overlaps`, if it lies on others. */
  readonly overlaps: string
  readonly indent: string
}

const emitItem = (item: Item, written: Written, draft: Draft): string[] => {
  if (draft.room < 0) return []
  const lines = [
    ...docComment(aboutItem(item, written.name), written.indent),
    ...(item.kind === 'register' ? emitRegister(item, written, draft) : emitCluster(item, written, draft)),
  ]
  if (item.kind === 'register') draft.room -= lines.reduce((sum, line) => sum + line.length + 1, 0)
  return lines
}

const emitCluster = (
  { offset, items, array }: Cluster,
  { name, overlaps, indent }: Written,
  draft: Draft,
): string[] => {
  draft.used.add('block')
  const repeated = array ? `.array(${array.count}, ${hex(array.stride)})` : ''
  const inside = emitBlock('', items, `${indent}  `, draft)
  return [
    `${indent}${key(name)}: block(`,
    `${indent}  ${hex(offset)},`,
    ...inside.slice(0, -1),
    `${inside.at(-1)},`,
    `${indent})${overlaps}${repeated},`,
  ]
}

const emitRegister = (register: Register, { name, overlaps, indent }: Written, draft: Draft): string[] => {
  const { offset, bits, fields, array, resetValue } = register
  draft.used.add(`reg${bits}`)
  const reset = resetValue === 0n ? '' : `.reset(${hex(bits === 64 ? resetValue : Number(resetValue))})`
  const repeated = array ? `.array(${array.count}, ${hex(array.stride)})` : ''
  const modes = registerModes(register).map(mode => `.${mode}`)
  const chain = `${modes.join('')}${reset}${overlaps}${repeated},`
  const head = `${indent}${key(name)}: reg${bits}(${hex(offset)}`
  if (fields.length === 0) return [`${head})${chain}`]
  return [
    `${head}, {`,
    ...fields.flatMap(field => emitField(field, register, `${indent}  `, draft.used)),
    `${indent}})${chain}`,
  ]
}
