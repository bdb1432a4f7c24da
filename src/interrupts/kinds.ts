/**
 * `intx`: the device's line, masked when it comes, which the next wait lets through again; `msi`, `msix`: messages, each by its number.
 * A device has one of the three at a time. `error`: the bus has reported one; `request`: the kernel wants the device back.
 */
export type InterruptKind = (typeof KINDS)[number]

export const KINDS = ['intx', 'msi', 'msix', 'error', 'request'] as const

/** Those of the device itself, of which it has one kind at a time. */
const LINES: readonly InterruptKind[] = ['intx', 'msi', 'msix']
export const isLine = (kind: InterruptKind): boolean => LINES.includes(kind)

/** Messages are writes to memory: a device whose bus mastering is off sends none. */
export const isMessage = (kind: InterruptKind): boolean => kind === 'msi' || kind === 'msix'

/** Why none may have come, of a device whose bus mastering is off. */
export const NO_MASTER =
  'Its bus mastering is off, so it sends no messages, and one that it would have sent is lost: set busMaster = true first'
