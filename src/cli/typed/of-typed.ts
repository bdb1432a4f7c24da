import { plainMessage, UsageError } from '../failure.js'

/** Whether the library refuses something as an argument. */
export const isArgument = (error: unknown): error is Error & { readonly code: string } =>
  error instanceof Error && 'code' in error && error.code === 'ERR_IO_ARGUMENT'

/** What the library makes of something that was typed: what it refuses as an argument is a mistake of usage. `hint` is told behind why. */
export const ofTyped = <T>(make: () => T, hint: () => string = () => ''): T => {
  try {
    return make()
  } catch (error) {
    throw isArgument(error) ? new UsageError(`${plainMessage(error)}${hint()}`) : error
  }
}
