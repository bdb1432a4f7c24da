import type { Aperture } from './aperture.js'
import { devicetree } from './device-tree/devicetree.js'
import { file } from './file.js'
import { type ByKind, readForm } from './forms.js'
import { memory } from './memory.js'
import { pci } from './pci/pci.js'
import { physical } from './physical.js'
import { uio } from './uio/uio.js'
import { vfioBar } from './vfio/vfio-aperture.js'

const MAKERS: ByKind<Aperture> = {
  memory: ({ size }) => memory(size),
  file: ({ path, ...part }) => file(path, part),
  physical: ({ base, size }) => physical(base, size),
  devicetree: ({ node, reg }) => devicetree(node).reg(reg),
  pci: ({ address, bar }) => pci(address).bar(bar),
  uio: ({ device, map }) => uio(device).map(map),
  vfio: ({ address, bar }) => vfioBar(address, bar),
}

/**
 * The aperture that a text names: memory:256M, file:PATH, file:PATH@OFFSET+SIZE (a part of it, unless a file
 * has all of that for its name), physical:0xfd000000+16M, pci:0000:00:02.0/0,
 * devicetree:serial@9000000 (by an alias or full path, too; #1 behind it: its second `reg`, or one by its name), uio:0/0 (by the device's and the map's numbers or names),
 * vfio:0000:00:04.0/0.
 * @throws IoMappingError ERR_IO_ARGUMENT for another form, and what the named aperture's kind throws
 */
export const parseAperture = (text: string): Aperture => readForm(text, MAKERS)
