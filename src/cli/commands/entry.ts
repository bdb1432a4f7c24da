import type { Command } from 'commander'

/** Runs a command line. */
export type Run = (words: readonly string[]) => Promise<void>

/** The commands by name. */
export type Commands = Readonly<Record<string, CommandEntry>>

/** For commands that are about others. */
export interface Program {
  readonly run: Run
  readonly commands: Commands
}

interface CommandModule {
  /** Gives a command its arguments, options and action. */
  define(command: Command, program: Program): void
}

export interface CommandEntry {
  readonly description: string
  /** For programs, and in no list. */
  readonly hidden?: true
  readonly load: () => Promise<CommandModule>
}
