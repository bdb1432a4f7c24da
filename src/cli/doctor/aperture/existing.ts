// What must be there.
import { IoMappingError } from '../../library.js'
import { obstacle, ok, type, type Verdict } from '../check.js'

/** What `find` gives, in words; an obstacle if there is no such thing. */
export const existing = (find: () => string, remedy = () => type('iomap list')): Verdict => {
  try {
    return ok(find())
  } catch (error) {
    if (error instanceof IoMappingError && error.code === 'ERR_IO_NO_APERTURE')
      return obstacle(error.message, remedy())
    throw error
  }
}
