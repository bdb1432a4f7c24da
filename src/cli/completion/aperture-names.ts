import { deviceTreeNodes, pciDevices, uioDevices } from '../library.js'
import { pathsFrom } from './paths.js'

/** The kinds that can't be listed. */
const STARTS = ['file:', 'memory:', 'physical:', 'vfio:'] as const

const attempt = (list: () => string[]): string[] => {
  try {
    return list()
  } catch {
    return [] // what can't be listed can't be completed
  }
}

/** The names of apertures that are here, as far as `current` asks for them. */
export const apertureNames = (current: string): string[] => {
  if (current.startsWith('file:')) return pathsFrom(current.slice('file:'.length)).map(path => `file:${path}`)
  return [
    ...attempt(() =>
      pciDevices().flatMap(({ address, bars }) =>
        bars.filter(bar => bar.memoryTypes.length > 0).map(({ index }) => `pci:${address}/${index}`),
      ),
    ),
    ...attempt(() => uioDevices().flatMap(device => device.maps.map(({ index }) => device.map(index).name))),
    ...attempt(() => deviceTreeNodes().flatMap(node => node.ranges.map(({ index }) => node.reg(index).name))),
    ...STARTS,
  ]
}
