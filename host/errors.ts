/** Something the person at this machine can understand and put right: its message is all they need. */
export class HostError extends Error {
  override name = 'HostError'
}
