/** Rows of text as aligned columns, each line indented by `indent` spaces. */
export const table = (rows: readonly (readonly string[])[], indent = 0): string => {
  const widths: number[] = []
  for (const row of rows) {
    row.forEach((cell, i) => {
      widths[i] = Math.max(widths[i] ?? 0, cell.length)
    })
  }
  const line = (row: readonly string[]) => row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join('  ')
  return rows.map(row => `${' '.repeat(indent)}${line(row)}`.trimEnd()).join('\n')
}

/** 12,345 */
export const grouped = (value: number): string => Math.round(value).toLocaleString('en-US')
