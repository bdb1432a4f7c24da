import type { Command } from 'commander'
import { hex } from '../../system/numbers.js'
import { type Bytes, checkWritten, copyIn } from '../memory/copy-in.js'
import { print } from '../shown/output.js'
import { interruptible } from '../signals.js'
import { APERTURE_HELP, checkRange, mapAperture, namedAperture, WC_HELP } from '../typed/apertures.js'
import { byteCount, positive, VALUE_HELP, valueFor } from '../typed/arguments.js'
import { endianOption, widthOption } from '../typed/width-options.js'
import { bytesOf, type Endian, hexValue, type Width, type WidthName, widthOf } from '../typed/widths.js'

interface FillOptions {
  width: WidthName
  endian?: Endian
  wc?: true
  verify?: true
}

const EXAMPLES = `
Writes one value all over a range: each by one bus access of exactly its width, in
ascending order. The range and the value are checked before anything is written. Nothing
is read, unless --verify asks for it: a read can change a device.

Examples:
  iomap fill pci:0000:00:02.0/0 0 3M 0x00ff00 --wc        a framebuffer
  iomap fill file:/dev/shm/card 0x1000 4K 0xff --width u8 --verify
  iomap fill memory:1M 0 64K 0xdeadbeef --verify          only to try, it is gone at once
`

export const define = (command: Command): void => {
  command
    .argument('<aperture>', APERTURE_HELP)
    .argument('<offset>', 'where it starts, in bytes', byteCount('OFFSET'))
    .argument('<length>', 'how many bytes, a multiple of the width', positive('LENGTH'))
    .argument('<value>', VALUE_HELP)
    .addOption(widthOption('the width of each access').default('u32'))
    .addOption(endianOption())
    .option('--verify', 'read all back by the same accesses, and fail if a byte differs')
    .option('--wc', WC_HELP)
    .addHelpText('after', EXAMPLES)
    .action(fill)
}

const fill = async (
  text: string,
  offset: number,
  length: number,
  word: string,
  { wc, verify, ...how }: FillOptions,
): Promise<void> => {
  const width = widthOf(how.width, how.endian)
  const value = valueFor(word, width)
  const aperture = namedAperture(text)
  checkRange(aperture, 'fill', offset, length, width)
  using lease = mapAperture(aperture, { writable: true, wc })
  const { mapping } = lease
  const region = { mapping, offset, length, width }
  const repeated = repeating(value, width)
  await interruptible(signal => copyIn(repeated, region, signal))
  mapping.flush()
  const times = length / width.bytes
  await print(
    `wrote ${width.name} ${hexValue(value, width)} ${times} times, ${length} bytes at ${hex(offset)} of ${aperture.name}\n`,
  )
  if (!verify) return
  await interruptible(signal => checkWritten(repeated, region, signal))
  await print('read back: all as written\n')
}

/** A value again and again, from any multiple of its width on. */
const repeating = (value: bigint, width: Width): Bytes => ({
  read: async target => {
    Buffer.from(target.buffer, target.byteOffset, target.length).fill(bytesOf(value, width))
  },
})
