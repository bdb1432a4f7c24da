import type { Command } from 'commander'
import { TimedOut, UsageError } from '../failure.js'
import type { IoMapping } from '../library.js'
import { type Condition, parseCondition } from '../named/condition.js'
import { whyNot } from '../named/decode.js'
import { locate } from '../named/located.js'
import { addNamedOptions, hasNames, type NamedOptions } from '../named/options.js'
import { lookAt, type Places, type Watched, watchedOf } from '../named/watched.js'
import { print } from '../shown/output.js'
import { CSV, type Format, JSON_LINES, text } from '../shown/watch-formats.js'
import { interruptible } from '../signals.js'
import { ticks } from '../ticks.js'
import { APERTURE_HELP, mapAperture, namedAperture } from '../typed/apertures.js'
import { positive } from '../typed/arguments.js'
import { duration, intervalOption } from '../typed/durations.js'
import { endianOption, widthOption } from '../typed/width-options.js'
import { type Endian, type WidthName, widthOf } from '../typed/widths.js'

interface WatchOptions extends NamedOptions {
  interval: number
  until?: string
  for?: number
  changes?: number
  width?: WidthName
  endian?: Endian
  csv?: true
  json?: true
}

const EXAMPLES = `
The values at the beginning are printed, then each change: how many seconds have passed,
the name, what was and what is, and which fields changed. Each look is one access to each
place. Without names, with --svd or --block, all registers are watched but those in which
a read changes the device.

--until STATUS.DONE=1 ends it with exit code 0 once that is met; --for 10s ends it, with 3
if there is something to wait for. Ctrl-C ends it with 130. A time is such as 1ms, 10s or
2m; a number alone counts seconds.

Examples:
  iomap watch pci:0000:00:03.0/0 0x20 0x24 --interval 1ms
  iomap watch pci:0000:00:04.0/0 STATUS ICR --block e1000e.ts#E1000E
  iomap watch physical:0x40034000+4K --svd RP2040.svd --until UARTFR.BUSY=0 --json
  iomap watch file:/dev/shm/card 0 --csv --for 10s > changes.csv
`

export const define = (command: Command): void => {
  command
    .argument('<aperture>', APERTURE_HELP)
    .argument('[place...]', 'offsets, registers or fields')
    .addOption(intervalOption(100))
    .option('--until <condition>', 'end once this is met: STATUS.DONE=1, 0x10&0x80!=0')
    .option('--for <time>', 'end after so long', duration('--for'))
    .option('--changes <count>', 'end after so many changes', positive('--changes'))
    .addOption(widthOption('the width of an access to an offset (default: u32)'))
    .addOption(endianOption())
    .option('--csv', 'print comma-separated values')
    .option('--json', 'print JSON, a line for each change')
  addNamedOptions(command).addHelpText('after', EXAMPLES).action(watch)
}

const watch = async (aperture: string, names: readonly string[], options: WatchOptions): Promise<void> => {
  if (options.csv && options.json) throw new UsageError('--csv and --json are two forms; choose one')
  const format = options.csv ? CSV : options.json ? JSON_LINES : text()
  const places = await placesOf(aperture, options)
  const watched = namedOrAll(places, names)
  const until = options.until === undefined ? undefined : parseCondition(places, options.until)
  using lease = mapAperture(places.aperture, { writable: false })
  const met = await interruptible(signal =>
    follow(lease.mapping, { watched, until, format }, options, signal),
  )
  if (until && !met) throw new TimedOut(`${options.until} is not met`)
}

const placesOf = async (name: string, options: WatchOptions): Promise<Places> => {
  const aperture = namedAperture(name)
  const index = hasNames(options) ? await locate(aperture, options) : undefined
  return { aperture, call: 'watch', index, width: widthOf(options.width ?? 'u32', options.endian) }
}

const namedOrAll = (places: Places, names: readonly string[]): Watched[] => {
  if (names.length > 0) return names.flatMap(name => watchedOf(places, name))
  const all = places.index?.all.filter(each => whyNot(each) === undefined) ?? []
  if (all.length === 0)
    throw new UsageError('name what is to be watched: offsets, or, with --svd or --block, registers')
  return all.flatMap(({ name }) => watchedOf(places, name))
}

interface Watch {
  readonly watched: readonly Watched[]
  readonly until: Condition | undefined
  readonly format: Format
}

/** Tells of changes until it is to end; whether the condition was met. */
const follow = async (
  mapping: IoMapping,
  { watched, until, format }: Watch,
  { interval, for: most = Number.POSITIVE_INFINITY, changes = Number.POSITIVE_INFINITY }: WatchOptions,
  signal: AbortSignal,
): Promise<boolean> => {
  const last = new Map<Watched, bigint>()
  let told = 0
  await print(format.head)
  for await (const passed of ticks(interval, most, signal)) {
    const read = lookAt(mapping)
    for (const each of watched) {
      if (told >= changes) break
      const raw = read(each)
      const before = last.get(each)
      if (before !== undefined && each.bits(before) === each.bits(raw)) continue
      last.set(each, raw)
      await print(format.line({ watched: each, seconds: passed / 1000, before, raw }))
      if (before !== undefined) told++
    }
    if (until?.test(read(until.watched))) return true
    if (told >= changes) return false
  }
  return false
}
