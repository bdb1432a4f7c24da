import { Argument, type Command } from 'commander'
import { SCRIPTS } from '../completion/scripts.js'
import { print } from '../shown/output.js'

const EXAMPLES = `
Examples:
  source <(iomap completion bash)                        in ~/.bashrc
  source <(iomap completion zsh)                         in ~/.zshrc, behind compinit
  iomap completion fish > ~/.config/fish/completions/iomap.fish
`

export const define = (command: Command): void => {
  command
    .addArgument(new Argument('<shell>', 'which shell').choices(Object.keys(SCRIPTS)))
    .addHelpText('after', EXAMPLES)
    .action((shell: string) => print(SCRIPTS[shell] ?? ''))
}
