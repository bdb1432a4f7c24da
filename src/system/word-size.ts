import { IoMappingError } from './errors.js'

/** Node's names of the processors whose programs are 32-bit ones. */
const NARROW = ['arm', 'ia32', 'mips', 'mipsel', 'ppc', 's390']

/** True in a 32-bit process, where a 64-bit access can't be one access. */
export const IS_32_BIT: boolean = NARROW.includes(process.arch)

/** The error for a 64-bit access in a 32-bit process. */
export const refuseWidth = (call: string): IoMappingError =>
  new IoMappingError(
    'ERR_IO_WIDTH',
    `${call}: a 32-bit process can't access 64 bits at once. Use two 32-bit accesses, in the order the device wants`,
  )
