import type { Command } from 'commander'
import type { Program } from './entry.js'

export const define = (command: Command, { run }: Program): void => {
  command.argument('[command]', 'which').action(async (name?: string) => {
    const program = command.parent
    if (name === undefined) return program?.outputHelp()
    const shown = program?.commands.find(each => each.name() === name)
    return shown ? shown.outputHelp() : await run([name]) // which tells that there is none
  })
}
