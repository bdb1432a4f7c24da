/** How what a screen shows lies in its memory. */
export interface Screen {
  readonly width: number
  readonly height: number
  /** Of the first pixel, in bytes. */
  readonly offset: number
  /** From one row to the next, in bytes. */
  readonly stride: number
  readonly bitsPerPixel: number
  /** What tells it, for messages. */
  readonly source: string
}
