import { formatSize, hex } from '../../system/numbers.js'
import type { Resource } from '../library.js'
import { table } from './table.js'

const rowsOf = (resources: readonly Resource[], depth = 0): string[][] =>
  resources.flatMap(({ name, base, size, children }) => [
    [`${'  '.repeat(depth)}${hex(base)}`, hex(base + size - 1), formatSize(size), name],
    ...rowsOf(children, depth + 1),
  ])

/** The kernel's resource tree, a line a resource, indented as deep as it lies. */
export const formatResources = (tree: readonly Resource[]): string => `${table(rowsOf(tree))}\n`
