import { readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { badArgument, IoMappingError } from '../../system/errors.js'
import { type Aliases, aliasesIn } from './aliases.js'
import { DeviceTreeNode } from './node.js'

const ROOT = '/sys/firmware/devicetree/base'
/** A message names no more. */
const MOST = 8

/** The paths of all nodes below `path`, each before its children. None where there is no such tree. */
const pathsIn = (root: string, path = '/'): string[] =>
  foldersIn(join(root, path)).flatMap(name => {
    const child = join(path, name)
    return [child, ...pathsIn(root, child)]
  })

const foldersIn = (folder: string): string[] => {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter(entry => entry.isDirectory())
      .map(({ name }) => name)
      .sort()
  } catch {
    return []
  }
}

const unitless = (name: string): string => name.split('@', 1)[0] ?? ''

/** The paths that a name stands for: a path, an alias, a node's name, or what of it stands before the unit address. */
const pathsOf = (name: string, aliases: Aliases, paths: readonly string[]): readonly string[] => {
  const path = name.startsWith('/') ? name : aliases.get(name)
  if (path !== undefined) return paths.filter(each => each === path)
  const named = paths.filter(each => basename(each) === name)
  return named.length > 0 ? named : paths.filter(each => unitless(basename(each)) === name)
}

/** Those that a wrong name may have meant: of the same kind, or at the same address. */
const closeTo = (name: string, paths: readonly string[]): string[] => {
  const [kind = '', address] = basename(name).split('@')
  return paths.filter(each => {
    const own = basename(each).split('@')
    return own[0] === kind || (address !== undefined && own[1] === address)
  })
}

const listed = (paths: readonly string[]): string =>
  paths.slice(0, MOST).join(', ') + (paths.length > MOST ? `, and ${paths.length - MOST} more` : '')

/**
 * The device of this machine's device tree that `name` stands for: serial@9000000, an alias (serial0), its full path
 * (/soc/serial@9000000), or its name without the address, where there is one of it.
 * @throws IoMappingError ERR_IO_ARGUMENT (more than one has that name), ERR_IO_NO_APERTURE
 */
export const devicetree = (name: string, root = ROOT): DeviceTreeNode => {
  if (typeof name !== 'string' || name === '')
    throw badArgument('A device tree’s node', name, 'its name, an alias or its full path')
  const paths = pathsIn(root)
  if (paths.length === 0)
    throw new IoMappingError(
      'ERR_IO_NO_APERTURE',
      `This machine has no device tree (${root}); physical(base, size) reaches any bus address`,
    )
  const aliases = aliasesIn(root)
  const [path, ...others] = pathsOf(name, aliases, paths)
  if (path !== undefined && others.length === 0) return new DeviceTreeNode(path, root, aliases)
  if (path !== undefined)
    throw badArgument(
      'A device tree’s node',
      name,
      `the full path of one, since it may be ${listed([path, ...others])}`,
    )
  const aliased = aliases.get(name)
  const close = closeTo(aliased ?? name, paths)
  throw new IoMappingError(
    'ERR_IO_NO_APERTURE',
    `The device tree has no node '${name}'${aliased === undefined ? '' : `, which is an alias of ${aliased}`}; ` +
      (close.length > 0 ? `it has ${listed(close)}` : "'iomap list' shows the devices it has"),
  )
}

/** The devices of this machine's device tree that the processor can address, by their paths; no RAM. None where there is no tree. */
export const deviceTreeNodes = (root = ROOT): DeviceTreeNode[] => {
  const aliases = aliasesIn(root)
  return pathsIn(root)
    .map(path => new DeviceTreeNode(path, root, aliases))
    .filter(node => !node.isRam && node.ranges.length > 0)
}
