// What the harness and the contestants say to each other, a line each way, words separated by tabs:
//
//   prepare CASE name=value…    sets one case up                      → ok name=value…
//   run N                       runs it N times                       → ok ns=TOTAL name=value…
//
// or, instead of ok: error MESSAGE. A contestant ends when its standard input does.
// So C, Python and Node are measured alike, each case in a process of its own (no case's types slow down another's
// code), and rounds go around all of them without the cost of starting one.

/** What a contestant answers: numbers such as `ns`, or a text such as `path`. */
export type Answer = ReadonlyMap<string, string>

export type Arguments = Readonly<Record<string, string | number>>

const pairs = (values: Arguments) => Object.entries(values).map(([name, value]) => `${name}=${value}`)

export const formatPrepare = (name: string, values: Arguments): string =>
  ['prepare', name, ...pairs(values)].join('\t')

export const formatRun = (iterations: number): string => `run\t${iterations}`

export const formatAnswer = (values: Arguments): string => ['ok', ...pairs(values)].join('\t')

export const formatError = (error: unknown): string => {
  const message = error instanceof Error ? error.message : String(error)
  return `error\t${message.replaceAll(/\s+/g, ' ')}`
}

/** The pairs name=value of a line's words. */
export const parsePairs = (words: readonly string[]): Map<string, string> =>
  new Map(
    words.map(word => {
      const at = word.indexOf('=')
      return at < 0 ? [word, ''] : [word.slice(0, at), word.slice(at + 1)]
    }),
  )

/** Throws what a contestant complains of. */
export const parseAnswer = (line: string): Answer => {
  const [word, ...rest] = line.split('\t')
  if (word === 'ok') return parsePairs(rest)
  if (word === 'error') throw new Error(rest.join(' '))
  throw new Error(`it answered '${line}'`)
}
