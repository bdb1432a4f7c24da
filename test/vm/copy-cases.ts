/** A marker is a write to here, edu's liveness register, in its BAR 0. */
export const MARKER = 4

/** What the guest says of a copy that it made. */
export interface CopySection {
  readonly id: number
  readonly what: string
  readonly kind: 'read' | 'write'
  /** In the CMB, in bytes. */
  readonly offset: number
  readonly length: number
  /** Whether it is a copy without a width of ours, which keeps what is promised; else it is shown beside. */
  readonly ours: boolean
}
