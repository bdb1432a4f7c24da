import type { Command } from 'commander'
import { UsageError } from '../failure.js'

export const define = (command: Command): void => {
  command.argument('[command]', 'which').action((name?: string) => {
    const program = command.parent
    const shown = name === undefined ? program : program?.commands.find(each => each.name() === name)
    if (!shown) throw new UsageError(`there is no command '${name}'; iomap help lists them`)
    shown.outputHelp()
  })
}
