// The text form of a file as an aperture: PATH, PATH@OFFSET, PATH+SIZE, PATH@OFFSET+SIZE.
import { existsSync } from 'node:fs'
import { parseNumber } from '../system/number-text.js'
import { formatSize, hex, parseSize } from '../system/numbers.js'

/** A part of a file: all of it, if nothing says otherwise. */
export interface FilePart {
  readonly path: string
  readonly offset?: number
  readonly size?: number
}

/** What is in a text, as texts. */
interface Split {
  readonly path: string
  readonly offset?: string
  readonly size?: string
}

/** The ways to read a text, the one that takes most of it for the path first. */
const splits = (text: string): Split[] => {
  const plus = text.lastIndexOf('+')
  const before = plus < 0 ? text : text.slice(0, plus)
  const size = plus < 0 ? {} : { size: text.slice(plus + 1) }
  const [last, at] = [text.lastIndexOf('@'), before.lastIndexOf('@')]
  return [
    { path: text },
    ...(plus < 0 ? [] : [{ path: before, ...size }]),
    ...(last > at ? [{ path: text.slice(0, last), offset: text.slice(last + 1) }] : []),
    ...(at < 0 ? [] : [{ path: before.slice(0, at), offset: before.slice(at + 1), ...size }]),
  ].filter(({ path }) => path !== '')
}

const isNumber = (text = '0'): boolean => parseNumber(text) !== undefined

/**
 * The part of a file that a text names. Where a file has all of the text for its name, it is meant; where none has any part of it, what
 * looks like numbers is taken for them.
 * @throws IoMappingError ERR_IO_ARGUMENT: what is behind the path is no number
 */
export const splitFileText = (text: string): FilePart => {
  const all = splits(text)
  const found = all.find(({ path }) => existsSync(path)) ??
    all.findLast(({ offset, size }) => isNumber(offset) && isNumber(size)) ?? { path: text }
  const { path, offset, size } = found
  return {
    path,
    ...(offset === undefined ? {} : { offset: parseSize(offset, `the offset in ${FORM}`) }),
    ...(size === undefined ? {} : { size: parseSize(size, `the size in ${FORM}`) }),
  }
}

const FORM = 'file:PATH@OFFSET+SIZE'

/** The text that names a part of a file. */
export const fileText = ({ path, offset = 0, size }: FilePart): string =>
  `file:${path}${offset === 0 ? '' : `@${hex(offset)}`}${size === undefined ? '' : `+${formatSize(size)}`}`
