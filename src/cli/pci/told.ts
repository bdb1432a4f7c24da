// What a listing tells of a PCI device, as text and as data.
import { report } from '../failure.js'
import { IoMappingError, type PciDevice } from '../library.js'
import type { Entry } from '../shown/listing.js'
import type { PciIds } from './ids.js'
import { deviceEntry, type ListedDevice } from './listing.js'

/** A device that is listed. */
export interface Item {
  readonly device: PciDevice
  readonly listed: ListedDevice
}

export interface Told {
  /** As `--json` prints it. */
  readonly data: object
  readonly entry: Entry
  /** Lines below those of the entry, each after `indent`. */
  readonly notes: (indent: string) => string
}

export type Tell = (item: Item) => Told

const tellBriefly: Tell = ({ listed }) => ({ data: listed, entry: deviceEntry(listed), notes: () => '' })

/** What takes longer is loaded where it is asked for. */
export const tellerOf = async (verbose: boolean, ids: PciIds): Promise<Tell> => {
  if (!verbose) return tellBriefly
  const [{ detailsOf, formatDetails, jsonOfDetails }, { installedModules }] = await Promise.all([
    import('./details.js'),
    import('./kernel-modules.js'),
  ])
  const sources = { ids, modules: installedModules() }
  return item => {
    const details = detailsOf(item.device, sources)
    return {
      ...tellBriefly(item),
      data: { ...item.listed, ...jsonOfDetails(details) },
      notes: indent => formatDetails(details, indent),
    }
  }
}

/** Nothing of a device that is gone by now, which is no reason to tell nothing of the others. */
export const unlessGone = <T>(tell: () => T): T[] => {
  try {
    return [tell()]
  } catch (error) {
    if (!(error instanceof IoMappingError)) throw error
    report(error)
    return []
  }
}
