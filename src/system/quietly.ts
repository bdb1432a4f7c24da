/** Does what must go on if it fails, and whose failure nobody could do anything about. */
export const quietly = (act: () => void): void => {
  try {
    act()
  } catch {}
}
