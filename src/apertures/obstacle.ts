/** Something that stands in the way of having a device, and what puts it out of the way. */
export interface Obstacle {
  /** What it is, in words. */
  readonly why: string
  /** What root types at a shell; where no command does it, what is to be done. */
  readonly remedy: string
}
