/** How many letters two words differ by, at most `most` + 1: added, left out, others, or two in the other order. */
const distance = (one: string, other: string, most: number): number => {
  if (Math.abs(one.length - other.length) > most) return most + 1
  let [before, last]: [number[], number[]] = [[], Array.from({ length: other.length + 1 }, (_, i) => i)]
  for (let i = 1; i <= one.length; i++) {
    const row = [i]
    for (let j = 1; j <= other.length; j++) {
      const at = (from: number[], k: number) => from[k] as number
      const same = one[i - 1] === other[j - 1]
      const turned = one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1]
      const changed = Math.min(at(last, j) + 1, at(row, j - 1) + 1, at(last, j - 1) + (same ? 0 : 1))
      row.push(turned ? Math.min(changed, at(before, j - 2) + 1) : changed)
    }
    ;[before, last] = [last, row]
  }
  return last[other.length] as number
}

const TYPOS_MAX = 2

/** Whether `asked` may be meant for `name`: a part of it, or it with a typing mistake. */
export const isClose = (name: string, asked: string): boolean => {
  const [a, b] = [name.toLowerCase(), asked.toLowerCase()]
  if (b === '' || b.length > 200) return false
  return a.includes(b) || distance(a, b, TYPOS_MAX) <= Math.min(TYPOS_MAX, Math.floor(b.length / 3))
}

const SHOWN_MOST = 8

/** What there is instead of what was asked for: those that are close, or else all; none, nothing. */
export const insteadOf = (close: readonly string[], all: readonly string[]): string => {
  const shown = close.length > 0 ? close : all
  if (shown.length === 0) return ''
  const more = shown.length > SHOWN_MOST ? ', …' : ''
  return `; ${close.length > 0 ? 'close are' : 'there are'} ${shown.slice(0, SHOWN_MOST).join(', ')}${more}`
}
