import { inspect } from 'node:util'
import type { Value } from './codec.js'
import type { Plan } from './plan.js'
import type { Word } from './types.js'

/** From here on a number is shown in hexadecimal. */
const DECIMAL_MOST = 9

const formatValue = (value: Value): string =>
  (typeof value === 'number' || typeof value === 'bigint') && value > DECIMAL_MOST
    ? `0x${value.toString(16)}`
    : String(value)

/** A register's value in one line: `0x00000081 { BUSY: true, MODE: IDLE, COUNT: 0x12 }`. */
export const formatRaw = (plan: Plan, raw: Word): string => {
  const digits = `0x${raw.toString(16).padStart(plan.bits / 4, '0')}`
  if (plan.reads.size === 0) return digits
  const fields = [...plan.reads].map(([name, codec]) => `${name}: ${formatValue(codec.get(raw))}`)
  return `${digits} { ${fields.join(', ')} }`
}

/**
 * A register's value for a program: its fields, as a plain object that compares by them, and that console.log and text
 * show with the number they came from.
 */
export const readable = (plan: Plan, path: string, raw: Word): unknown => {
  const value = plan.decode(raw)
  if (typeof value !== 'object') return value
  const text = () => `${path} ${formatRaw(plan, raw)}`
  return Object.defineProperties(value, { toString: { value: text }, [inspect.custom]: { value: text } })
}
