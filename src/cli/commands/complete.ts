// What the completions of shells ask: a line for each that may come next.
import type { Command } from 'commander'
import { complete } from '../completion/complete.js'
import { print } from '../shown/output.js'
import type { Program } from './entry.js'

export const define = (command: Command, { commands }: Program): void => {
  command
    .argument('[word...]', 'the words so far, the one that is being typed last')
    .action(async (words: readonly string[]) => {
      const found = await complete(commands, words.slice(0, -1), words.at(-1) ?? '')
      await print(found.map(each => `${each}\n`).join(''))
    })
}
