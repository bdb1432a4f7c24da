import { UsageError } from './failure.js'

/** A word of a line: quoted in part, or not at all; a backslash takes the next character as it is. */
const PIECE = /'([^']*)'|"((?:[^"\\]|\\.)*)"|\\(.)|(\s+)|([^\s'"\\]+)/gsy

/** The words of a line, as a shell has them: quotes, backslashes, and # for comments; nothing else has a meaning. @throws UsageError */
export const splitWords = (line: string): string[] => {
  const words: string[] = []
  let word: string | undefined
  PIECE.lastIndex = 0
  for (let at = 0; at < line.length; at = PIECE.lastIndex) {
    if (word === undefined && line[at] === '#') break
    const [whole, single, double, escaped, space, plain] = PIECE.exec(line) ?? []
    if (whole === undefined) throw new UsageError(`a quote is not closed in: ${line.slice(at)}`)
    if (space !== undefined) {
      if (word !== undefined) words.push(word)
      word = undefined
      continue
    }
    word = (word ?? '') + (single ?? double?.replace(/\\(.)/gs, '$1') ?? escaped ?? plain ?? '')
  }
  return word === undefined ? words : [...words, word]
}
