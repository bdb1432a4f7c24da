import { STATUS_MEANINGS } from './registers.js'

/** Why a request ended without success. */
export class NvmeError extends Error {
  override readonly name = 'NvmeError'

  /** @param status the controller's: its type and code, 11 bits; undefined if it did not answer */
  constructor(
    message: string,
    readonly status?: number,
  ) {
    super(message)
  }
}

/** The controller answered with a status other than success. */
export const refused = (command: string, status: number): NvmeError =>
  new NvmeError(
    `${command} failed: ${STATUS_MEANINGS[status] ?? 'see the specification, chapter 4.6.1.2'} (status 0x${status.toString(16).padStart(3, '0')})`,
    status,
  )

/** The request can't be answered any more. */
export const gone = (why: string): NvmeError => new NvmeError(why)
