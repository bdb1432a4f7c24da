// Devices as a tree: each below the bridge that it is behind.

/** A device, and what is to be said of it. */
export interface Leaf {
  readonly address: string
  readonly parent: string | null
  readonly title: string
  /** More lines, each after this. */
  readonly below: (indent: string) => string
}

export type Tree<T> = T & { readonly children: readonly Tree<T>[] }

interface Placed {
  readonly address: string
  readonly parent: string | null
}

/** Those at the root, with what is behind them. A device whose bridge is not among them is at the root. */
export const treeOf = <T extends Placed>(devices: readonly T[]): Tree<T>[] => {
  const known = new Set(devices.map(({ address }) => address))
  const branch = (device: T): Tree<T> => ({
    ...device,
    children: devices.filter(({ parent }) => parent === device.address).map(branch),
  })
  return devices.filter(({ parent }) => parent === null || !known.has(parent)).map(branch)
}

/** Those that `are` wanted, and all bridges that lead there. */
export const withBridges = <T extends Placed>(devices: readonly T[], are: (device: T) => boolean): T[] => {
  const byAddress = new Map(devices.map(device => [device.address, device]))
  const kept = new Set<string>()
  for (const device of devices.filter(are))
    for (let at: T | undefined = device; at && !kept.has(at.address); at = byAddress.get(at.parent ?? ''))
      kept.add(at.address)
  return devices.filter(({ address }) => kept.has(address))
}

const busOf = (address: string): string => address.slice(0, address.lastIndexOf(':'))
const inBus = (address: string): string => address.slice(address.lastIndexOf(':') + 1)

const branches = (all: readonly Tree<Leaf>[], rail: string, bus: string): string =>
  all
    .map(({ address, title, below, children }, i) => {
      const isLast = i === all.length - 1
      const inner = `${rail}${isLast ? '   ' : '|  '}`
      const name = busOf(address) === bus ? inBus(address) : address
      const fork = children.length > 0 ? '|  ' : '   '
      const line = `${rail}${isLast ? '`- ' : '+- '}${name}  ${title}\n`
      return `${line}${below(`${inner}${fork}`)}${branches(children, inner, busOf(children[0]?.address ?? ''))}`
    })
    .join('')

/** A bus's devices by device and function, the bus itself where it changes. */
export const formatTree = (roots: readonly Tree<Leaf>[]): string => {
  const buses = [...new Set(roots.map(({ address }) => busOf(address)))]
  return buses
    .map(bus => {
      const own = roots.filter(({ address }) => busOf(address) === bus)
      return `${bus}\n${branches(own, '', bus)}`
    })
    .join('')
}
