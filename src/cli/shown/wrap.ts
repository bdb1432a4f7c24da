/** How wide lines may be: as the terminal; of a file or a pipe, this. */
const COLUMNS = 100

const columns = (): number => process.stdout.columns ?? COLUMNS

interface Layout {
  /** What the first line begins with. */
  readonly first: string
  /** What the others begin with. Default: as many spaces; where that leaves no room, a few. */
  readonly indent?: string
  /** Between two pieces. Default: a space. */
  readonly separator?: string
  /** In columns. Default: as the terminal. */
  readonly width?: number
}

/** What there must be room for, behind spaces as many as a line begins with. */
const ROOM = 30

const NARROW = ' '.repeat(8)

const below = (first: string, width: number): string =>
  first.length + ROOM > width ? NARROW : ' '.repeat(first.length)

/** Pieces of text in lines no wider than that; one that is wider has a line of its own. */
export const wrap = (
  pieces: readonly string[],
  { first, indent: asked, separator = ' ', width = columns() }: Layout,
): string => {
  const indent = asked ?? below(first, width)
  const lines = [first]
  for (const [i, piece] of pieces.entries()) {
    const word = i === pieces.length - 1 ? piece : `${piece}${separator.trimEnd()}`
    const line = lines.at(-1) ?? ''
    const longer = `${line}${i === 0 ? '' : ' '}${word}`
    if (longer.length > width && (i > 0 || indent.length < first.length)) lines.push(`${indent}${word}`)
    else lines[lines.length - 1] = longer
  }
  return lines.map(line => `${line.trimEnd()}\n`).join('')
}
