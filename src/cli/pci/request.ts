// What `iomap config` is asked for, taken apart: NAME[+OFFSET][.REGISTER][.FIELD][.WIDTH][=VALUE[:MASK]]; a capability's @N stands
// behind its name, or, as setpci has it, before the value.
import { UsageError } from '../failure.js'
import type { ConfigWidth } from './decoded.js'
import { configNumber } from './numbers.js'

export interface Request {
  /** As it was typed. */
  readonly text: string
  /** An offset, in bytes, or a name. */
  readonly head: number | string
  /** Which of several capabilities of a name, from 0 on. */
  readonly nth: number | undefined
  /** How far behind that, in bytes. */
  readonly plus: number | undefined
  /** The names that follow: a register, a field. */
  readonly names: readonly string[]
  readonly width: ConfigWidth | undefined
  /** What is to be written there, as it was typed; undefined: it is to be read. */
  readonly value: string | undefined
}

const WIDTHS: Readonly<Record<string, ConfigWidth>> = { b: 1, w: 2, l: 4 }

const FORM =
  'such as COMMAND, 0x04.w, CAP_EXP+8, CAP_EXP.LINK_STATUS, COMMAND.BUS_MASTER=1 or COMMAND=0x6:0x6'

const SHAPE =
  /^(?<head>[^@+.=]+)(?:@(?<nth>[0-9]+))?(?:\+(?<plus>[^.=@+]+))?(?<names>(?:\.[^.=@]+)*)(?:@(?<last>[0-9]+))?(?:=(?<value>.*))?$/s

const widthNamed = (name: string | undefined): ConfigWidth | undefined =>
  name === undefined ? undefined : WIDTHS[name.toLowerCase()]

/** An offset begins with a digit, and names don't; 3e, which setpci reads as one, is refused as a number and not looked up as a name. */
const isNumber = (head: string): boolean => /^[0-9]/.test(head) || /^[0-9a-f]{1,2}$/i.test(head)

/** @throws UsageError */
export const parseRequest = (text: string): Request => {
  const groups = SHAPE.exec(text)?.groups
  if (groups === undefined || (groups.nth !== undefined && groups.last !== undefined))
    throw new UsageError(`'${text}' is no register; name one ${FORM}`)
  const { head = '', nth = groups.last, plus, value } = groups
  const parts = (groups.names ?? '').split('.').slice(1)
  const width = widthNamed(parts.at(-1))
  return {
    text,
    head: isNumber(head) ? configNumber(head, `the offset in '${text}'`) : head,
    nth: nth === undefined ? undefined : Number(nth),
    plus: plus === undefined ? undefined : configNumber(plus, `what is added in '${text}'`),
    names: width === undefined ? parts : parts.slice(0, -1),
    width,
    value,
  }
}
