// What may come next on a command line: for the shell's Tab key, and for those of bash, zsh and fish.
import { type Argument, Command, type Option } from 'commander'
import type { Commands } from '../commands/entry.js'
import { apertureNames } from './aperture-names.js'
import { pathsFrom } from './paths.js'
import { peripheralNames, registerNames } from './register-names.js'
import type { Typed } from './typed.js'

type Source = (typed: Typed) => string[] | Promise<string[]>

const paths: Source = ({ current }) => pathsFrom(current)

/** What arguments can be, by their names. */
const ARGUMENTS: Readonly<Record<string, Source>> = {
  aperture: ({ current }) => apertureNames(current),
  offset: typed => registerNames(typed),
  name: typed => registerNames(typed),
  place: typed => registerNames(typed),
  condition: typed => registerNames(typed),
  assignment: typed => registerNames(typed, '='),
  file: paths,
  one: ({ current }) => [...apertureNames(current), ...pathsFrom(current)],
  other: ({ current }) => [...apertureNames(current), ...pathsFrom(current)],
  command: ({ commands }) => visible(commands),
}

/** What the values of options can be, by their names. */
const OPTIONS: Readonly<Record<string, Source>> = {
  svd: paths,
  block: paths,
  output: paths,
  outputDir: paths,
  aperture: ({ current }) => apertureNames(current),
  peripheral: peripheralNames,
  until: typed => registerNames(typed),
  include: typed => registerNames(typed),
}

const visible = (commands: Commands): string[] =>
  Object.keys(commands).filter(name => !commands[name]?.hidden)

/** The completions of `current`, which stands behind `words`. */
export const complete = async (
  commands: Commands,
  words: readonly string[],
  current: string,
  history: readonly string[] = [],
): Promise<string[]> => {
  const [name] = words
  const all =
    name === undefined ? visible(commands) : await inCommand(commands, name, words.slice(1), current, history)
  return [...new Set(all)].filter(each => each.startsWith(current))
}

const inCommand = async (
  commands: Commands,
  name: string,
  words: readonly string[],
  current: string,
  history: readonly string[],
): Promise<string[]> => {
  const entry = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (!entry) return []
  const command = new Command(name)
  ;(await entry.load()).define(command, { run: async () => {}, commands })
  const { given, options, open } = understood(command, words)
  const typed: Typed = { commands, given, options, current, history }
  if (open) return open.argChoices ?? (await OPTIONS[open.attributeName()]?.(typed)) ?? []
  if (current.startsWith('-')) return [...command.options.map(each => each.long ?? ''), '--help']
  const argument = argumentAt(command.registeredArguments, given.length)
  return argument ? (argument.argChoices ?? (await ARGUMENTS[argument.name()]?.(typed)) ?? []) : []
}

/** The one at a place: the last may stand for several. */
const argumentAt = (all: readonly Argument[], index: number): Argument | undefined => {
  const last = all.at(-1)
  return all[index] ?? (last?.variadic ? last : undefined)
}

/** The arguments and options among the words; `open`: the option whose value comes next. */
const understood = (command: Command, words: readonly string[]) => {
  const given: string[] = []
  const options: Record<string, string> = {}
  let open: Option | undefined
  for (const word of words) {
    if (open) {
      options[open.attributeName()] = word
      open = undefined
    } else if (/^-./.test(word) && !/^-\d/.test(word)) {
      const [flag = '', value] = word.split('=')
      const option = command.options.find(({ short, long }) => flag === short || flag === long)
      if (option?.required && value === undefined) open = option
      else if (option && value !== undefined) options[option.attributeName()] = value
    } else given.push(word)
  }
  return { given, options, open }
}
