// How `iomap watch` tells of a change: for people, as CSV, as JSON.
import { hex } from '../../system/numbers.js'
import { rawOf } from '../named/decode.js'
import type { Watched } from '../named/watched.js'
import { hexValue } from '../typed/widths.js'
import { hasColours } from './colours.js'
import { jsonText } from './output.js'

export interface Change {
  readonly watched: Watched
  /** Since the beginning. */
  readonly seconds: number
  /** What one access gave before; undefined: it is the first. */
  readonly before: bigint | undefined
  readonly raw: bigint
}

export interface Format {
  readonly head: string
  line(change: Change): string
}

const FRACTION = 6

/** The fields that differ, if it is a register that has some. */
const changedFields = ({
  watched: { target },
  before,
  raw,
}: Change): [name: string, from: unknown, to: unknown][] => {
  if (target === undefined || target.field || before === undefined) return []
  const { register } = target
  const decode = (value: bigint) => register.info.decode(rawOf(value, register))
  const [from, to] = [decode(before), decode(raw)] as Record<string, unknown>[]
  if (typeof from !== 'object' || typeof to !== 'object') return []
  return Object.keys(to)
    .filter(name => from[name] !== to[name])
    .map(name => [name, from[name], to[name]])
}

const shown = (value: unknown): string =>
  typeof value === 'number' || typeof value === 'bigint' ? `0x${value.toString(16)}` : String(value)

/** Of a field its value, of a register all its digits. */
const valueText = ({ target, width, format }: Watched, raw: bigint): string =>
  target?.field ? format(raw) : hexValue(raw, width)

const HIGHLIGHT = { on: '\x1b[1;33m', off: '\x1b[0m' } as const
const PLAIN = { on: '', off: '' } as const

/** The digits of `to` that differ from those of `from`, highlighted. */
const differing = (from: string, to: string, { on, off }: { on: string; off: string }): string =>
  from.length !== to.length
    ? `${on}${to}${off}`
    : [...to].map((digit, i) => (digit === from[i] ? digit : `${on}${digit}${off}`)).join('')

/** For people. */
export const text = (): Format => {
  const marks = hasColours() ? HIGHLIGHT : PLAIN
  return {
    head: '',
    line: change => {
      const { watched, seconds, before, raw } = change
      const start = `${seconds.toFixed(FRACTION).padStart(FRACTION + 6)}  ${watched.name}  `
      if (before === undefined) return `${start}${watched.format(raw)}\n`
      const [from, to] = [valueText(watched, before), valueText(watched, raw)]
      const fields = changedFields(change).map(
        ([name, was, is]) => `  ${name}: ${shown(was)} -> ${marks.on}${shown(is)}${marks.off}`,
      )
      return `${start}${from} -> ${differing(from, to, marks)}${fields.join(',')}\n`
    },
  }
}

const quoted = (value: string): string => (/[",\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value)

export const CSV: Format = {
  head: 'seconds,name,offset,before,value,fields\n',
  line: change => {
    const { watched, seconds, before, raw } = change
    const fields = changedFields(change).map(([name, was, is]) => `${name}: ${shown(was)} -> ${shown(is)}`)
    const cells = [
      seconds.toFixed(FRACTION),
      watched.name,
      hex(watched.offset),
      before === undefined ? '' : valueText(watched, before),
      valueText(watched, raw),
      fields.join('; '),
    ]
    return `${cells.map(quoted).join(',')}\n`
  },
}

export const JSON_LINES: Format = {
  head: '',
  line: change => {
    const { watched, seconds, before, raw } = change
    const fields = changedFields(change).map(([name, was, is]) => [name, { before: was, value: is }])
    const told = {
      time: new Date().toISOString(),
      seconds: Number(seconds.toFixed(FRACTION)),
      name: watched.name,
      offset: watched.offset,
      ...(before === undefined ? {} : { before: valueText(watched, before) }),
      value: valueText(watched, raw),
      ...(fields.length > 0 ? { fields: Object.fromEntries(fields) } : {}),
    }
    return `${jsonText(told, 0)}\n`
  },
}
