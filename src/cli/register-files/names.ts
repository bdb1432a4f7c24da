// Names that must differ, and names that mean nothing.
interface Named {
  readonly name: string
}

/**
 * The same, each with a name of its own: of several the later ones get a number.
 * @param tell is told of each that gets another name
 */
export const withOwnNames = <T extends Named>(
  all: readonly T[],
  tell: (one: T, name: string) => void,
): T[] => {
  const given = new Set(all.map(({ name }) => name))
  const counts = new Map<string, number>()
  return all.map(each => {
    const before = counts.get(each.name) ?? 0
    let count = before + 1
    const nameOf = () => (count === 1 ? each.name : `${each.name}_${count}`)
    while (count > 1 && given.has(nameOf())) count++
    const name = nameOf()
    counts.set(each.name, count)
    if (count === 1) return each
    tell(each, name)
    return { ...each, name }
  })
}

/** Whether it is a vendor's name for bits that mean nothing. */
export const isReserved = (name: string): boolean => /^reserved$/i.test(name)
