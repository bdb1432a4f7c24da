// lspci's words for values that have another name here.
import type { Expected, Said } from './rules.js'

/** A field's value, by a table of lspci's words for it. */
export const named =
  (path: string, names: Readonly<Record<string, string>>): Expected =>
  said => {
    const value = String(said.read(path))
    return names[value] ?? `${value}?`
  }

/** The same, of what is a number. */
export const made =
  (path: string, make: (value: number) => unknown): Expected =>
  said =>
    make(Number(said.read(path)))

export const hexadecimal = (path: string, digits: number): Expected =>
  made(path, value => value.toString(16).padStart(digits, '0'))

/** What a remark says: the group of the first that fits. */
export const remark =
  (shape: RegExp): Expected =>
  ({ remarks }: Said) =>
    remarks.map(each => shape.exec(each)?.[1]).find(each => each !== undefined) ?? `no ${shape} in ${remarks}`

export const speed =
  (path: string): Expected =>
  said => {
    const value = said.read(path)
    return typeof value === 'number' ? 'unknown' : `${value}GT/s`
  }

const ASPM_NAMES = { NONE: 'Disabled', L0S: 'L0s', L1: 'L1', L0S_AND_L1: 'L0s L1' }
export const aspm = (path: string): Expected => named(path, ASPM_NAMES)

const L0S = ['<64ns', '<128ns', '<256ns', '<512ns', '<1us', '<2us', '<4us', 'unlimited']
const L1 = ['<1us', '<2us', '<4us', '<8us', '<16us', '<32us', '<64us', 'unlimited']
export const l0s = (path: string): Expected => made(path, value => L0S[value])
export const l1 = (path: string): Expected => made(path, value => L1[value])
