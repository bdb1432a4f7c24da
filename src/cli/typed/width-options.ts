import { Option } from 'commander'
import { ENDIANS, WIDTH_NAMES } from './widths.js'

/** The option `--width`; `description` says what it means for a command. */
export const widthOption = (description: string): Option =>
  new Option('-w, --width <width>', description).choices(WIDTH_NAMES)

/** The option `--endian`. */
export const endianOption = (): Option =>
  new Option(
    '--endian <order>',
    "the order of a value's bytes in the device (default: this machine's)",
  ).choices(ENDIANS)
