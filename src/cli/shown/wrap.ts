/** How wide lines may be: as the terminal; of a file or a pipe, this. */
const COLUMNS = 100

const columns = (): number => process.stdout.columns ?? COLUMNS

interface Layout {
  /** What the first line begins with. */
  readonly first: string
  /** What the others begin with. Default: as many spaces. */
  readonly indent?: string
  /** Between two pieces. Default: a space. */
  readonly separator?: string
  /** In columns. Default: as the terminal. */
  readonly width?: number
}

/** Pieces of text in lines no wider than that; one that is wider has a line of its own. */
export const wrap = (
  pieces: readonly string[],
  { first, indent, separator = ' ', width = columns() }: Layout,
): string => {
  const lines = [first]
  for (const [i, piece] of pieces.entries()) {
    const word = i === pieces.length - 1 ? piece : `${piece}${separator.trimEnd()}`
    const line = lines.at(-1) ?? ''
    const isFirst = i === 0
    if (!isFirst && line.length + 1 + word.length > width)
      lines.push(`${indent ?? ' '.repeat(first.length)}${word}`)
    else lines[lines.length - 1] = `${line}${isFirst ? '' : ' '}${word}`
  }
  return lines.map(line => `${line.trimEnd()}\n`).join('')
}
