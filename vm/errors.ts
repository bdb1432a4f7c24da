/** Something the person who runs the guest can understand and put right: its message is all they need. */
export class VmError extends Error {
  override name = 'VmError'
}
