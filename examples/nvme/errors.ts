import { meaningOf } from './registers.js'

/** Why a request ended without success. */
export class NvmeError extends Error {
  override readonly name = 'NvmeError'
  /** The controller's: its type and code, 11 bits; undefined if it did not answer. */
  readonly status: number | undefined

  constructor(message: string, status?: number) {
    super(status === undefined ? message : `${message}: ${meaningOf(status)}`)
    this.status = status
  }
}
