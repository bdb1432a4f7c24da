// The lines of sysfs's `resource` file, with the flags of the kernel's include/linux/ioport.h.
import { badArgument } from '../../system/errors.js'

const FLAGS = {
  ports: 0x100,
  memory: 0x200,
  prefetchable: 0x2000,
  wide: 0x100000,
  disabled: 0x10000000,
  unset: 0x20000000,
}
const BARS = 6

/** Checks the number of a BAR of `device`, as messages call it. */
export const checkBar = (device: string, index: number): void => {
  if (Number.isInteger(index) && index >= 0 && index < BARS) return
  throw badArgument(`The BAR of ${device}`, index, `a number from 0 to ${BARS - 1}`)
}

export interface PciResource {
  /** Which base address register: 0 to 5. */
  readonly index: number
  /** Bus address, in bytes. */
  readonly base: number
  /** In bytes. */
  readonly size: number
  /** I/O ports can't be mapped. */
  readonly kind: 'memory' | 'ports'
  readonly prefetchable: boolean
  /** Takes two registers, and may lie above 4 GiB. */
  readonly wide: boolean
}

type Line = [start: number, end: number, flags: number]

const linesOf = (text: string): Line[] =>
  text
    .split('\n')
    .slice(0, BARS)
    .map(line => {
      const [start = 0, end = 0, flags = 0] = line.trim().split(/\s+/).map(Number)
      return [start, end, flags]
    })

const isBar = ([start, end, flags]: Line): boolean =>
  end !== 0 && end >= start && (flags & (FLAGS.memory | FLAGS.ports)) !== 0
const isPlaced = ([, , flags]: Line): boolean => (flags & (FLAGS.disabled | FLAGS.unset)) === 0

/** The BARs that the device has, and the system found no place for. */
export const unplaced = (text: string): number[] =>
  linesOf(text).flatMap((line, index) => (isBar(line) && !isPlaced(line) ? [index] : []))

/** Reads them: one for each BAR that the device has and the system placed. */
export const parseResources = (text: string): PciResource[] =>
  linesOf(text).flatMap((line, index) => {
    const [start, end, flags] = line
    const has = (flag: number) => (flags & flag) !== 0
    if (!isBar(line) || !isPlaced(line)) return []
    const kind = has(FLAGS.ports) ? 'ports' : 'memory'
    const resource: PciResource = {
      index,
      base: start,
      size: end - start + 1,
      kind,
      prefetchable: has(FLAGS.prefetchable),
      wide: has(FLAGS.wide),
    }
    return [resource]
  })
