import type { Command } from 'commander'
import { hex } from '../../system/numbers.js'
import { Failure } from '../failure.js'
import { type Input, openInput } from '../files/input.js'
import type { Aperture } from '../library.js'
import { checkWritten, copyIn } from '../memory/copy-in.js'
import { mapRegion } from '../memory/map-region.js'
import { print } from '../shown/output.js'
import { interruptible } from '../signals.js'
import { APERTURE_HELP, checkRange, namedAperture, WC_HELP } from '../typed/apertures.js'
import { byteCount } from '../typed/arguments.js'
import { widthOption } from '../typed/width-options.js'
import { copyWidth, type WidthName } from '../typed/widths.js'

interface LoadOptions {
  width?: WidthName
  wc?: true
  verify?: true
}

const EXAMPLES = `
The whole file must fit: that is checked before anything is written. A device is written
by exact accesses, u32 unless --width says otherwise; memory, files, and whatever is
mapped with --wc, as fast as can be. With --verify all of it is read back, by the same
accesses, and compared.

Examples:
  iomap load pci:0000:00:03.0/0 0x1000 firmware.bin --width u32 --verify
  iomap load pci:0000:00:02.0/0 0 picture.raw --wc
  iomap load file:/dev/shm/card 0x1000 page.bin
  gunzip -c image.gz | iomap load file:/dev/shm/card 0 -
  iomap load memory:16M 0 page.bin                 only to try, it is gone at once
`

export const define = (command: Command): void => {
  command
    .argument('<aperture>', APERTURE_HELP)
    .argument('<offset>', 'where it goes, in bytes', byteCount('OFFSET'))
    .argument('<file>', 'what; -: standard input')
    .addOption(widthOption('the width of each access (default: u32, but any for memory)'))
    .option('--verify', 'read it back, and fail if a byte differs')
    .option('--wc', WC_HELP)
    .addHelpText('after', EXAMPLES)
    .action(load)
}

const load = async (text: string, offset: number, path: string, options: LoadOptions): Promise<void> => {
  const aperture = namedAperture(text)
  await using input = await openInput(path, aperture.size)
  if (input.length === 0) throw new Failure(`${input.name} is empty: there is nothing to write`)
  await loadFrom(input, aperture, offset, options)
}

const loadFrom = async (
  input: Input,
  aperture: Aperture,
  offset: number,
  { width: asked, wc, verify }: LoadOptions,
): Promise<void> => {
  const { length } = input
  checkRange(aperture, 'load', offset, length)
  const part = { call: 'load', offset, length }
  using region = mapRegion(aperture, part, { writable: true, wc }, ({ memoryType }) =>
    copyWidth(asked, wc || memoryType === 'write-back'),
  )
  await interruptible(signal => copyIn(input, region, signal))
  region.mapping.flush()
  await print(`wrote ${length} bytes of ${input.name} at ${hex(offset)} of ${aperture.name}\n`)
  if (!verify) return
  await interruptible(signal => checkWritten(input, region, signal))
  await print('read back: all as written\n')
}
