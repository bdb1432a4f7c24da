import type { Command } from 'commander'
import { UsageError } from '../failure.js'

export const addHelp = (program: Command): void => {
  program
    .command('help')
    .description('print the help of a command')
    .argument('[command]', 'which')
    .action((name?: string) => {
      const command = name === undefined ? program : program.commands.find(each => each.name() === name)
      if (!command) throw new UsageError(`there is no command '${name}'; iomap help lists them`)
      command.outputHelp()
    })
}
