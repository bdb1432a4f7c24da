import { basename, dirname, join } from 'node:path'
import { badArgument, IoMappingError } from '../../system/errors.js'
import type { Aperture } from '../aperture.js'
import { devMem } from '../dev-mem.js'
import { type BusRange, rangesOf } from './addresses.js'
import type { Aliases } from './aliases.js'
import { stringsOf } from './properties.js'

/** A range of registers or memory that a node has. */
export interface DeviceTreeRange extends BusRange {
  /** Which of its `reg`. */
  readonly index: number
  /** As its `reg-names` has it. */
  readonly name: string | undefined
}

/** A device of the device tree, as /sys/firmware/devicetree shows it. */
export class DeviceTreeNode {
  /** From the root, such as /soc/serial@9000000. */
  readonly path: string
  readonly #root: string
  readonly #aliases: Aliases

  /** `root` is the folder of the tree; `aliases` are the tree's. */
  constructor(path: string, root: string, aliases: Aliases) {
    this.path = path
    this.#root = root
    this.#aliases = aliases
  }

  /** With its unit address: serial@9000000. */
  get name(): string {
    return basename(this.path)
  }

  /** What it is, the most specific first: arm,pl011, arm,primecell. */
  get compatible(): string[] {
    return this.#strings('compatible').filter(each => each !== '')
  }

  /** `okay`, unless the tree says otherwise of it, or of a bus above it: `disabled`, for one that is not wired. */
  get status(): string {
    const [own = 'okay'] = this.#strings('status')
    if (own !== 'okay' && own !== 'ok') return own
    return this.path === '/'
      ? 'okay'
      : new DeviceTreeNode(dirname(this.path), this.#root, this.#aliases).status
  }

  /** Its names in /aliases: serial0. */
  get aliases(): string[] {
    return [...this.#aliases].flatMap(([alias, path]) => (path === this.path ? [alias] : []))
  }

  /** Those of its `reg` that the processor can address: translated through the `ranges` of the buses above. */
  get ranges(): DeviceTreeRange[] {
    const names = this.#strings('reg-names')
    return rangesOf(this.#root, this.path).flatMap((range, index) =>
      range ? [{ index, name: names[index], ...range }] : [],
    )
  }

  /** Whether it is RAM, that Linux has. @internal */
  get isRam(): boolean {
    return this.#strings('device_type').includes('memory') || dirname(this.path) === '/reserved-memory'
  }

  /**
   * The aperture of its `reg` number `which`, or the one that `reg-names` calls so: through /dev/mem, uncached, for root.
   * @throws IoMappingError ERR_IO_NO_APERTURE if it has none such, or one that the processor can't address
   */
  reg(which: number | string = 0): Aperture {
    const isIndex = typeof which === 'number' && Number.isInteger(which) && which >= 0
    if (!isIndex && typeof which !== 'string')
      throw badArgument(`The reg of devicetree:${this.path}`, which, 'its number, from 0 on, or its name')
    const { ranges } = this
    const range = ranges.find(({ index, name }) => index === which || name === which)
    if (range) return this.aperture(range)
    throw new IoMappingError(
      'ERR_IO_NO_APERTURE',
      `devicetree:${this.path} has no reg ${isIndex ? which : `'${which}'`} that the processor can address; ${shown(ranges)}`,
    )
  }

  /** The aperture of one of its ranges. @internal */
  aperture({ index, base, size }: DeviceTreeRange): Aperture {
    return devMem(`devicetree:${this.path}${index === 0 ? '' : `#${index}`}`, base, size)
  }

  #strings(property: string): string[] {
    return stringsOf(join(this.#root, this.path), property)
  }
}

const shown = (ranges: readonly DeviceTreeRange[]): string =>
  ranges.length === 0
    ? 'it has none at all'
    : `it has ${ranges.map(({ index, name }) => (name === undefined ? index : `${index} (${name})`)).join(', ')}`
