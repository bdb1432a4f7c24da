/** Does what must go on if it fails, and whose failure nobody could do anything about; undefined then. */
export const quietly = <T>(act: () => T): T | undefined => {
  try {
    return act()
  } catch {
    return undefined
  }
}
