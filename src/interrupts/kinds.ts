import { badArgument } from '../system/errors.js'

/**
 * `intx`: the device's line, masked when it comes, which the next wait lets through again; `msi`, `msix`: messages, each by its number.
 * A device has one of the three at a time. `error`: the bus has reported an error of the device's.
 */
export type InterruptKind = (typeof KINDS)[number]

export const KINDS = ['intx', 'msi', 'msix', 'error'] as const

/** With `request`, by which the kernel wants a device back: an event of VfioDevice's. */
export type AnyKind = InterruptKind | 'request'

/** Those of the device itself, of which it has one kind at a time. */
const LINES: readonly AnyKind[] = ['intx', 'msi', 'msix']
export const isLine = (kind: AnyKind): boolean => LINES.includes(kind)

/** Messages are writes to memory: a device whose bus mastering is off sends none. */
export const isMessage = (kind: AnyKind): boolean => kind === 'msi' || kind === 'msix'

/** Why none may have come, of a device whose bus mastering is off. */
export const NO_MASTER =
  'Its bus mastering is off, so it sends no messages, and one that it would have sent is lost: set busMaster = true first'

/** How many the bus has of a kind at the most. */
export const mostOf = (kind: AnyKind): number => (kind === 'msix' ? 2048 : kind === 'msi' ? 32 : 1)

/** Throws ERR_IO_ARGUMENT. */
export const checkKind = (what: string, kind: unknown): void => {
  if (!(KINDS as readonly unknown[]).includes(kind))
    throw badArgument(what, kind, `one of ${KINDS.join(', ')}`)
}

/** What a device has, for a message; '' if it has none. */
export const tellCounts = (countOf: (kind: InterruptKind) => number): string =>
  KINDS.map(kind => [kind, countOf(kind)] as const)
    .filter(([, count]) => count > 0)
    .map(([kind, count]) => `${kind} (${count})`)
    .join(', ')

/** One of a device's interrupts. */
interface Which {
  readonly kind: AnyKind
  readonly index: number
}

export const keyOf = ({ kind, index }: Which): string => `${kind} ${index}`

/** The kind that a device is switched to, of which these are open. */
export const modeOf = (open: Iterable<Which>): AnyKind | undefined =>
  [...open].find(({ kind }) => isLine(kind))?.kind

/** Why one can't be had beside those that are open; undefined: it can be. */
export const whyTaken = (open: ReadonlyMap<string, Which>, which: Which): string | undefined => {
  if (open.has(keyOf(which))) return 'is open already; close that one first'
  const mode = modeOf(open.values())
  if (!isLine(which.kind) || mode === undefined || mode === which.kind) return undefined
  return `can't be had: the device is switched to ${mode}; close those first`
}
