/**
 * Where a line of elements ends that each lead to a `next`. However long it is, and however many start in it, it is walked once, and by a loop:
 * files have lines that would exhaust the stack.
 */
export const followed = <T extends object>(next: (from: T) => T | undefined) => {
  const ends = new WeakMap<T, T>()
  return (start: T): T => {
    const line: T[] = []
    let at: T | undefined = start
    let end = start
    for (; at !== undefined; at = next(at)) {
      const known = ends.get(at)
      end = known ?? at
      if (known) break
      line.push(at)
    }
    for (const each of line) ends.set(each, end)
    return end
  }
}
