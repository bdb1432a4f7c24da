import type { Commands } from '../commands/entry.js'

/** What has been typed, understood as far as it goes. */
export interface Typed {
  readonly commands: Commands
  /** What stands for the command's arguments. */
  readonly given: readonly string[]
  /** What stands behind its options, by their names as commander has them. */
  readonly options: Readonly<Record<string, string>>
  /** The word that is being completed. */
  readonly current: string
  /** Lines that were typed before. */
  readonly history: readonly string[]
}
