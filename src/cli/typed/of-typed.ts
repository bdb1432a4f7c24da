import { plainMessage, UsageError } from '../failure.js'

/**
 * What the library makes of something that was typed: what it refuses as an argument is a mistake of usage. `hint` says what may have been
 * meant; undefined: nothing comes to mind.
 */
export const ofTyped = <T>(make: () => T, hint?: () => string | undefined): T => {
  try {
    return make()
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ERR_IO_ARGUMENT')) throw error
    const message = plainMessage(error)
    const meant = hint?.()
    throw new UsageError(meant === undefined ? message : `${message}. Did you mean ${meant}?`)
  }
}
