/** More is made of no chip's description; of a few lines that derive from, or repeat, one another, it could be. */
const WORK_MAX = 2_000_000

/** The file that elements are of. */
export interface Source {
  readonly path: string
  /** The line of a place in its text. */
  lineAt(place: number): number
  /** Takes from what may be made of it; false, if that is more than was left. */
  spend(count: number): boolean
}

export const sourceOf = (path: string, text: string): Source => {
  let starts: number[] | undefined
  let left = WORK_MAX
  return {
    path,
    lineAt(place) {
      starts ??= lineStarts(text)
      let [low, high] = [0, starts.length]
      while (high - low > 1) {
        const middle = (low + high) >>> 1
        if ((starts[middle] as number) <= place) low = middle
        else high = middle
      }
      return low + 1
    },
    spend(count) {
      left -= count
      return left >= 0
    },
  }
}

const lineStarts = (text: string): number[] => {
  const starts = [0]
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  return starts
}
