// A BAR of memory as an aperture: opened, and why that is refused.
import { constants } from 'node:fs'
import { Descriptor } from '../../system/descriptor.js'
import { PAGE_SIZE } from '../../system/page.js'
import { type Circumstances, type Explanation, reasonFor } from '../../system/refusal.js'
import type { SystemError } from '../../system/system-error.js'
import { Aperture, type MemoryType } from '../aperture.js'
import { mappedElsewhere, patMemoryType } from '../pat.js'
import { checkAnswers, whyClaimed } from './enable.js'
import type { PciFolder } from './folder.js'
import { BAR_REASONS } from './reasons.js'
import { type PciResource, parseResources, unplaced } from './resources.js'

/** A BAR: its resource, and the memory types it can be mapped with (none for I/O ports). */
export interface PciBar extends PciResource {
  readonly memoryTypes: readonly MemoryType[]
}

export const canBeMapped = ({ memoryTypes }: PciBar): boolean => memoryTypes.length > 0

/** Those that the system has placed. */
export const barsOf = (folder: PciFolder): PciBar[] =>
  parseResources(folder.attribute('resource')).map(resource => ({
    ...resource,
    memoryTypes: memoryTypesOf(folder, resource),
  }))

export const isPorts = ({ kind }: PciBar): boolean => kind === 'ports'

/** The numbers of those that `are`, for a message; `what` these are called. */
export const tellBars = (bars: readonly PciBar[], are: (bar: PciBar) => boolean, what: string): string => {
  const found = bars.filter(are).map(({ index }) => index)
  return found.length > 0 ? `those that ${what}: ${found.join(', ')}` : `the device has none that ${what}`
}

/** Why the device has no BAR `index`. */
export const whyNoBar = (folder: PciFolder, index: number): string =>
  unplaced(folder.attribute('resource')).includes(index)
    ? "has no address: the system found no room for it behind the device's bridge (see dmesg; start Linux with pci=realloc)"
    : 'does not exist'

export const barAperture = (folder: PciFolder, { index, base, size, memoryTypes }: PciBar): Aperture => {
  const name = `${folder.name}/${index}`
  return new Aperture({
    ...{ name, base, size, memoryTypes },
    open: (type, writable) => ({
      descriptor: open(folder, name, resourceFile(index, type), writable),
      offset: base % PAGE_SIZE, // the file starts with the page that holds the BAR
    }),
    explain: (error, known) => explain(folder, error, base, known),
    confirm: skip => patMemoryType(base + skip),
  })
}

const resourceFile = (index: number, type: MemoryType): string =>
  `resource${index}${type === 'write-combining' ? '_wc' : ''}`

const memoryTypesOf = (folder: PciFolder, { kind, index }: PciResource): MemoryType[] => {
  if (kind === 'ports') return []
  const types: MemoryType[] = ['write-combining', 'uncached']
  return types.filter(type => folder.has(resourceFile(index, type)))
}

const open = (folder: PciFolder, name: string, file: string, writable: boolean): Descriptor => {
  checkAnswers(folder, 'memory', name, 'mapped')
  return Descriptor.open(folder.file(file), writable ? constants.O_RDWR : constants.O_RDONLY)
}

const explain = (
  folder: PciFolder,
  error: SystemError,
  base: number,
  known: Circumstances,
): Explanation | undefined => {
  if (error.code !== 'EINVAL') return reasonFor(error, BAR_REASONS, known)
  const type = folder.driver === undefined ? patMemoryType(base) : undefined
  return { why: type === undefined ? whyClaimed(folder) : mappedElsewhere(type) }
}
