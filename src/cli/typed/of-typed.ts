import { plainMessage, UsageError } from '../failure.js'

/** Whether the library refuses something as an argument. */
export const isArgument = (error: unknown): error is Error & { readonly code: string } =>
  error instanceof Error && 'code' in error && error.code === 'ERR_IO_ARGUMENT'

/**
 * What the library makes of something that was typed: what it refuses as an argument is a mistake of usage. `hint` says what may have been
 * meant; undefined: nothing comes to mind.
 */
export const ofTyped = <T>(make: () => T, hint?: () => string | undefined): T => {
  try {
    return make()
  } catch (error) {
    if (!isArgument(error)) throw error
    const meant = hint?.()
    const message = plainMessage(error)
    throw new UsageError(meant === undefined ? message : `${message}. Did you mean ${meant}?`)
  }
}
