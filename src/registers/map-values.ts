/** An object with the same names, and other values. */
export const mapValues = <T, U>(
  object: Readonly<Record<string, T>>,
  change: (value: T) => U,
): Record<string, U> =>
  Object.fromEntries(Object.entries(object).map(([name, value]) => [name, change(value)]))
