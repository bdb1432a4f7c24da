import { readFileSync } from 'node:fs'
import { IoMappingError } from '../system/errors.js'
import { hex } from '../system/numbers.js'
import { type Explanation, told } from '../system/refusal.js'

/** A range of bus addresses that the kernel knows by a name: RAM, a bridge's window, a device, what a driver has claimed. */
export interface Resource {
  /** The kernel's: System RAM, 0000:00:02.0, rtc-pl031. */
  readonly name: string
  /** Bus address, in bytes. */
  readonly base: number
  /** In bytes. */
  readonly size: number
  /** What lies within it. */
  readonly children: readonly Resource[]
}

const IOMEM = '/proc/iomem'
const RELAXED = 'start Linux with iomem=relaxed'
const REASONS: Record<string, Explanation> = { ENOENT: { why: 'is /proc mounted?', code: 'ERR_IO_ACCESS' } }
/** How all names of RAM start: System RAM (virtio_mem), too. */
const RAM = 'System RAM'

/**
 * The kernel's resource tree, /proc/iomem.
 * @throws IoMappingError ERR_IO_ACCESS where the kernel doesn't tell the addresses: it does to root alone
 */
export const readResourceTree = (path = IOMEM): Resource[] => {
  const text = contentOf(path)
  const roots: Resource[] = []
  const open: Resource[][] = [roots] // the lists of children that a line may belong to, by its depth
  let isTold = text === ''
  for (const line of text.split('\n')) {
    const [, indent = '', start = '', end = '', name = ''] =
      /^( *)([0-9a-f]+)-([0-9a-f]+) : (.*)$/.exec(line) ?? []
    if (start === '') continue
    const [base, last] = [Number(`0x${start}`), Number(`0x${end}`)]
    const children: Resource[] = []
    open.length = Math.min(open.length, Math.floor(indent.length / 2) + 1)
    open.at(-1)?.push({ name, base, size: last - base + 1, children })
    open.push(children)
    isTold ||= last !== 0
  }
  if (isTold) return roots
  throw new IoMappingError(
    'ERR_IO_ACCESS',
    `The kernel shows no addresses in ${path}: it does to root (CAP_SYS_ADMIN) alone`,
  )
}

const contentOf = (path: string): string => {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    throw told(`${path}, the kernel's resource tree,`, cause, {
      to: 'read',
      explain: ({ code }) => REASONS[code ?? ''],
    })
  }
}

const resourcesTouched = (list: readonly Resource[], base: number, size: number): readonly Resource[] =>
  list.filter(each => each.base < base + size && base < each.base + each.size)

/** The resources that `[base, base + size)` touches, each before what lies within it. */
export const resourcesAt = (tree: readonly Resource[], base: number, size: number): Resource[] =>
  resourcesTouched(tree, base, size).flatMap(each => [each, ...resourcesAt(each.children, base, size)])

const range = ({ name, base, size }: Resource): string =>
  `'${name}' (${hex(base)} to ${hex(base + size - 1)} in ${IOMEM})`

/** Of those that `[base, base + size)` touches, the one that lies deepest: what is claimed lies within what has it. */
const deepestAt = (tree: readonly Resource[], base: number, size: number, depth = 0): [Resource, number][] =>
  resourcesTouched(tree, base, size)
    .flatMap((each): [Resource, number][] => [
      [each, depth],
      ...deepestAt(each.children, base, size, depth + 1),
    ])
    .sort(([, one], [, other]) => other - one)
    .slice(0, 1)

/** Why the kernel lets nobody at `[base, base + size)`, as far as its resource tree tells. */
export const whyClaimed = (base: number, size: number, path = IOMEM): string => {
  const tree = asFarAsTold(path)
  const ram = resourcesAt(tree, base, size).find(({ name }) => name.startsWith(RAM))
  if (ram) return `it is RAM: ${range(ram)}`
  const [deepest] = deepestAt(tree, base, size)
  return deepest === undefined
    ? `it is RAM, or a driver has claimed it (see ${IOMEM}); unbind the driver first, or ${RELAXED}`
    : `it, or a part of it, is claimed: the kernel has it as ${range(deepest[0])}; if that is a driver's, unbind the driver first; or ${RELAXED}`
}

const asFarAsTold = (path: string): Resource[] => {
  try {
    return readResourceTree(path)
  } catch {
    return [] // it is asked for a reason, and not told to all
  }
}
