import { UsageError } from '../failure.js'
import { IoMappingError } from '../library.js'

/** What the library makes of something that was typed: what it refuses as an argument is a mistake of usage. */
export const ofTyped = <T>(make: () => T): T => {
  try {
    return make()
  } catch (error) {
    const typed = error instanceof IoMappingError && error.code === 'ERR_IO_ARGUMENT'
    throw typed ? new UsageError(error.message) : error
  }
}
