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

/** Chapter 4.6.1.2, as far as a reader is helped by more than the number. */
const MEANINGS: Readonly<Record<number, string>> = {
  1: 'it does not know the command',
  2: 'a field of the command is wrong',
  4: 'a transfer of data failed',
  6: 'an error of its own',
  7: 'it was aborted, since that was asked for',
  8: 'its queue was deleted',
  11: 'there is no such namespace',
  128: 'a block lies beyond the end of the namespace',
  257: 'there is no such queue',
  261: 'more events are asked for than it has',
  641: 'a block could not be read: its medium is damaged',
}

/** The controller answered with a status other than success. */
export const refused = (command: string, status: number): NvmeError =>
  new NvmeError(
    `${command} failed: ${MEANINGS[status] ?? 'see the specification, chapter 4.6.1.2'} (status 0x${status.toString(16).padStart(3, '0')})`,
    status,
  )

/** The request can't be answered any more. */
export const gone = (why: string): NvmeError => new NvmeError(why)
