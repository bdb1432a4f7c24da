export type Came = (count: number, error?: unknown) => void

/** Where an Interrupt has its counts from. */
export interface InterruptSource {
  /** Takes how many came since the last time: 0 if none did. Waits for nothing. May throw. */
  take(): number
  /**
   * Takes what comes, and calls `came` once: with how many, 1 or more, or with the error of taking it. Until then the program goes on,
   * if that `keeps` it. Again, it does nothing. May throw.
   */
  listen(came: Came, keeps: boolean): void
  /** Nobody waits any more. */
  unlisten(): void
  /** Has the device interrupt again, where one that came keeps it from that. May throw. */
  rearm?(): void
  /** Keeps the device from interrupting, until it is armed again. May throw. */
  mask?(): void
  /** Why none may have come, a sentence; undefined: nothing is known to stand in the way. May throw. */
  whyNone?(): string | undefined
  /** Again, it does nothing. */
  close(): void
}
