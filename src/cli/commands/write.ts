import type { Command } from 'commander'
import { hex } from '../../system/numbers.js'
import { Failure } from '../failure.js'
import type { IoMem } from '../library.js'
import { print } from '../shown/output.js'
import { APERTURE_HELP, checkRange, mapAperture, namedAperture, WC_HELP } from '../typed/apertures.js'
import { byteCount, VALUE_HELP, valueFor } from '../typed/arguments.js'
import { endianOption, widthOption } from '../typed/width-options.js'
import { type Endian, hexValue, type Width, type WidthName, widthOf } from '../typed/widths.js'

interface WriteOptions {
  width: WidthName
  endian?: Endian
  wc?: true
  verify?: true
}

const EXAMPLES = `
Each value is one bus access of exactly its width, in ascending order from the offset.
Nothing is read, unless you ask for it: a read can change a device.

Examples:
  iomap write file:/dev/shm/card 0x1000 0x00ff00
  iomap write file:/dev/shm/card 0 1 2 3 4 --width u8 --verify
  iomap write pci:0000:00:03.0/0 4 0xdeadbeef      a register
  iomap write memory:1M 0 255                      memory: only to try, it is gone at once
`

export const define = (command: Command): void => {
  command
    .argument('<aperture>', APERTURE_HELP)
    .argument('<offset>', 'where, in bytes', byteCount('OFFSET'))
    .argument('<value...>', `${VALUE_HELP}; the second goes next to the first`)
    .addOption(widthOption('the width of each access').default('u32'))
    .addOption(endianOption())
    .option('--verify', 'read each value back after all are written, and fail if one differs')
    .option('--wc', WC_HELP)
    .addHelpText('after', EXAMPLES)
    .action(write)
}

const write = async (text: string, offset: number, words: string[], options: WriteOptions): Promise<void> => {
  const width = widthOf(options.width, options.endian)
  const values = words.map(word => valueFor(word, width))
  const aperture = namedAperture(text)
  checkRange(aperture, 'write', offset, values.length * width.bytes, width)
  using lease = mapAperture(aperture, { writable: true, wc: options.wc })
  const { mapping } = lease
  using window = mapping.map(offset, values.length * width.bytes)
  values.forEach((value, i) => {
    width.write(window, i * width.bytes, value)
  })
  mapping.flush()
  for (const [i, value] of values.entries()) {
    const place = `${hex(offset + i * width.bytes)} of ${aperture.name}`
    await print(`wrote ${width.name} ${hexValue(value, width)} at ${place}\n`)
  }
  if (!options.verify) return
  verify(window, values, width)
  await print('read back: all as written\n')
}

/** Reads `values` back, each once; throws if one is not as written. */
export const verify = (window: IoMem, values: readonly bigint[], width: Width): void => {
  values.forEach((value, i) => {
    const found = width.read(window, i * width.bytes)
    if (found === value) return
    const place = hex(window.offset + i * width.bytes)
    throw new Failure(
      `${place} reads ${hexValue(found, width)} after ${hexValue(value, width)} was written there`,
    )
  })
}
