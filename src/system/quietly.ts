/** Does what must go on if it fails, and whose failure nobody could do anything about; undefined then. */
export const quietly = <T>(act: () => T): T | undefined => {
  try {
    return act()
  } catch {
    return undefined
  }
}

/** The same of a step that the next call can do again: one that the stack's end has cut short has not failed, and throws that. */
export const quietlyUnlessCut = <T>(act: () => T): T | undefined => {
  try {
    return act()
  } catch (error) {
    if (isCut(error)) throw error
    return undefined
  }
}

/** Whether this says that a call was cut short at the stack's end. */
export const isCut = (error: unknown): boolean =>
  error instanceof RangeError && error.message.includes('call stack')
