// A BAR of a device that is had by VFIO, as an aperture.
import { IoMappingError } from '../../system/errors.js'
import { type Reason, reasonFor } from '../../system/refusal.js'
import { Aperture } from '../aperture.js'
import type { Areas } from '../areas.js'
import type { Mapped } from '../opened.js'
import { patMemoryType } from '../pat.js'
import { barsOf, isPorts, type PciBar, tellBars, whyNoBar } from '../pci/bar.js'
import type { PciFolder } from '../pci/folder.js'
import type { Region } from './info.js'
import { OPEN_REASONS } from './reasons.js'
import type { VfioSession } from './session.js'

/** The session, for a mapping of its BAR. */
export type TakeSession = () => VfioSession

const MAP_REASONS: readonly Reason[] = [
  ...OPEN_REASONS,
  {
    errno: 'EINVAL',
    call: 'mmap',
    why: 'vfio lets this range not be mapped; see VFIO_DEVICE_GET_REGION_INFO',
  },
]

/** Throws ERR_IO_NO_APERTURE if there is no such BAR, or it can't be mapped. */
export const barAperture = (
  folder: PciFolder,
  index: number,
  region: Region,
  take: TakeSession,
): Aperture => {
  const name = `vfio:${folder.address}/${index}`
  const bars = barsOf(folder)
  const bar = bars.find(each => each.index === index)
  if (region.size === 0 || region.areas.length === 0) {
    const others = tellBars(bars, each => !isPorts(each) && each !== bar, 'hold memory beside it')
    throw new IoMappingError(
      'ERR_IO_NO_APERTURE',
      `${name} ${whyNotMapped(folder, index, region, bar)}; ${others}`,
    )
  }
  return new Aperture({
    ...{ name, size: region.size, memoryTypes: ['uncached'] },
    ...(bar && { base: bar.base, confirm: skip => patMemoryType(bar.base + skip) }),
    open: () => {
      const session = take()
      const { offset } = region
      const mapped = (mapping: Mapped) => session.lend(mapping)
      return { descriptor: session.hold(), offset, areas: areasOf(region), mapped }
    },
    explain: (error, known) => reasonFor(error, MAP_REASONS, known),
  })
}

const areasOf = ({ offset, size, areas }: Region): Areas | undefined => {
  const [only] = areas
  if (areas.length === 1 && only?.offset === 0 && only.size === size) return undefined
  return {
    list: areas.map(area => ({ offset: offset + area.offset, size: area.size })),
    why: 'vfio keeps it to itself, as a page that holds the MSI-X table, which only the kernel may write',
  }
}

const whyNotMapped = (folder: PciFolder, index: number, { size }: Region, bar?: PciBar): string => {
  if (size === 0) return whyNoBar(folder, index)
  return bar && isPorts(bar)
    ? `holds I/O ports, which can't be mapped: ports(${index}) accesses them`
    : "can't be mapped: vfio lets none of it be, as of a BAR that shares its page with another device's"
}
