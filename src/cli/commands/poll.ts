import { type Command, Option } from 'commander'
import { TimedOut } from '../failure.js'
import { check, parseCondition } from '../named/condition.js'
import { locate } from '../named/located.js'
import { addNamedOptions, hasNames, type NamedOptions } from '../named/options.js'
import { print, printJson } from '../shown/output.js'
import { interruptible } from '../signals.js'
import { ticks } from '../ticks.js'
import { APERTURE_HELP, mapAperture, namedAperture } from '../typed/apertures.js'
import { duration, intervalOption } from '../typed/durations.js'
import { endianOption, widthOption } from '../typed/width-options.js'
import { type Endian, hexValue, type WidthName, widthOf } from '../typed/widths.js'

interface PollOptions extends NamedOptions {
  timeout: number
  interval: number
  width?: WidthName
  endian?: Endian
  json?: true
}

const EXAMPLES = `
A condition is an offset, or with --svd or --block a register or a field, then =, !=, <, <=,
> or >=, and a value; a mask may stand behind an &. Each look is one access. A time is such
as 100ms, 5s or 2m; a number alone counts seconds.

Exit codes: 0 once it is met, 3 if it is not in time.

Examples:
  iomap poll pci:0000:00:03.0/0 '0x20&1=0' --timeout 100ms
  iomap poll pci:0000:00:04.0/0 STATUS.LU=1 --block e1000e.ts#E1000E --timeout 5s
  iomap poll file:/dev/shm/card 0x10!=0 --width u8 --interval 0
`

export const define = (command: Command): void => {
  command
    .argument('<aperture>', APERTURE_HELP)
    .argument('<condition>', 'what is waited for, such as STATUS.DONE=1 or 0x10&0x80!=0')
    .addOption(
      new Option('-t, --timeout <time>', 'how long at most')
        .argParser(duration('--timeout'))
        .default(1000, '1s'),
    )
    .addOption(intervalOption(1))
    .addOption(widthOption('the width of an access to an offset (default: u32)'))
    .addOption(endianOption())
    .option('--json', 'print JSON')
  addNamedOptions(command).addHelpText('after', EXAMPLES).action(poll)
}

const poll = async (text: string, asked: string, options: PollOptions): Promise<void> => {
  const { timeout, interval, json } = options
  const aperture = namedAperture(text)
  const index = hasNames(options) ? await locate(aperture, options) : undefined
  const width = widthOf(options.width ?? 'u32', options.endian)
  const condition = parseCondition({ aperture, call: 'poll', index, width }, asked)
  using lease = mapAperture(aperture, { writable: false })
  const { watched } = condition
  let [reads, raw, passed, met] = [0, 0n, 0, false]
  await interruptible(async signal => {
    for await (passed of ticks(interval, timeout, signal)) {
      reads++
      ;({ raw, met } = check(lease.mapping, condition))
      if (met) return
    }
  })
  const what = {
    name: watched.name,
    met,
    value: hexValue(raw, watched.width),
    milliseconds: Number(passed.toFixed(3)),
    reads,
  }
  if (json) await printJson(what)
  else if (met)
    await print(
      `${watched.name} ${watched.format(raw)}, after ${passed.toFixed(1)} ms, ${reads} ${reads === 1 ? 'read' : 'reads'}\n`,
    )
  if (!met)
    throw new TimedOut(`${asked} is not met after ${passed.toFixed(0)} ms; it reads ${watched.format(raw)}`)
}
