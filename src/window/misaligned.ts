// What is said of an access through a view that was left out, since it was not aligned: native/misaligned.h.
import { IoMappingError } from '../system/errors.js'

interface Named {
  readonly name: string
}

export const NOT_ALIGNED = 'was not aligned, which its memory does not take on this processor'
const LEFT_OUT = 'it read ones, or stored nothing'

/** The error for what came before: an access through a view that was left out. The mapping stays as it is. */
export const refuseMisaligned = ({ name }: Named, call: string, done: boolean): IoMappingError =>
  new IoMappingError(
    'ERR_IO_ALIGN',
    `${call}: before this call, an access through a view of ${name} ${NOT_ALIGNED}: ${LEFT_OUT}. ` +
      `The mapping goes on; this call was ${done ? '' : 'not '}carried out. Use ` +
      'copyTo and copyFrom in place of slice, set and Buffer, and read16 to read64 in place of a DataView',
  )

/** The warning for an access through a view that was left out, if the program makes no call that could say so. */
export const warningMisaligned = ({ name }: Named): string =>
  `${name} was freed: an access through a view of it ${NOT_ALIGNED}: ${LEFT_OUT}. Use copyTo and copyFrom`
