/** `error`: why no more will come; undefined: some came. */
export type Came = (error?: unknown) => void

/** Where an Interrupt has its counts from. */
export interface InterruptSource {
  /** How many came in all, of those that were taken. Taken and counted in one step, none is lost to a call that is cut short. */
  readonly total: number
  /** Takes those that came since the last time. Waits for nothing. @returns why no more will come; undefined while they may. May throw */
  take(): unknown
  /** Takes what comes, and calls `came` once. Until then the program goes on, if that `keeps` it. Again, it does nothing. May throw. */
  listen(came: Came, keeps: boolean): void
  /** Nobody waits any more. */
  unlisten(): void
  /** Has the device interrupt again, where one that came keeps it from that. May throw. */
  rearm?(): void
  /** Keeps the device from interrupting, until it is armed again. May throw. */
  mask?(): void
  /** Why none may have come, a sentence; undefined: nothing is known to stand in the way. May throw. */
  whyNone?(): string | undefined
  /** Again, it does nothing, but what was cut short. */
  close(): void
}
