import { formatSize, hex } from '../../system/numbers.js'
import type { DeviceTreeNode, DeviceTreeRange } from '../library.js'
import type { Entry } from './listing.js'

/** A device of the device tree as `iomap list --json` prints it. */
export interface ListedNode {
  readonly bus: 'devicetree'
  readonly path: string
  readonly compatible: readonly string[]
  readonly status: string
  readonly aliases: readonly string[]
  readonly regs: readonly (DeviceTreeRange & { readonly aperture: string })[]
}

/** All that a listing says of a node. */
export const describeNode = (node: DeviceTreeNode): ListedNode => {
  const { path, compatible, status, aliases, ranges } = node
  const regs = ranges.map(range => ({ ...range, aperture: node.reg(range.index).name }))
  return { bus: 'devicetree', path, compatible, status, aliases, regs }
}

export const nodeEntry = ({ path, compatible, status, aliases, regs }: ListedNode): Entry => {
  const kind = compatible.length > 0 ? compatible.join(', ') : 'says not what it is'
  const also = aliases.length > 0 ? `, alias ${aliases.join(', ')}` : ''
  return {
    title: `${path}  ${kind}${also}${status === 'okay' ? '' : `, ${status}`}`,
    rows: regs.map(({ index, name, base, size, aperture }) => [
      `reg ${index}`,
      hex(base),
      formatSize(size),
      name ?? '',
      aperture,
    ]),
  }
}
