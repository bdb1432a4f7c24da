import { UsageError } from '../failure.js'

/** A word of a line: quoted in part, or not at all; a backslash takes the next character as it is. */
const PIECE = /'([^']*)'|"([^"\\]*(?:\\.[^"\\]*)*)"|\\(.)|(\s+)|([^\s'"\\]+)/gsy

/** As long as the kernel lets all words of a command line be. */
const LENGTH_MAX = 2 * 1024 ** 2
const SHOWN_MAX = 60

/** The words of a line, as a shell has them: quotes, backslashes, and # for comments; nothing else has a meaning. @throws UsageError */
export const splitWords = (line: string): string[] => {
  if (line.length > LENGTH_MAX)
    throw new UsageError(`the line has ${line.length} characters; at most ${LENGTH_MAX} are a command`)
  const words: string[] = []
  let word: string | undefined
  PIECE.lastIndex = 0
  for (let at = 0; at < line.length; at = PIECE.lastIndex) {
    if (word === undefined && line[at] === '#') break
    const [whole, single, double, escaped, space, plain] = PIECE.exec(line) ?? []
    if (whole === undefined)
      throw new UsageError(`a quote is not closed in: ${line.slice(at, at + SHOWN_MAX)}`)
    if (space !== undefined) {
      if (word !== undefined) words.push(word)
      word = undefined
      continue
    }
    word = (word ?? '') + (single ?? double?.replace(/\\(.)/gs, '$1') ?? escaped ?? plain ?? '')
  }
  return word === undefined ? words : [...words, word]
}
