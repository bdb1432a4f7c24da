import { Descriptor } from '../system/descriptor.js'
import { checkSize, formatSize } from '../system/numbers.js'
import { telling } from '../system/refusal.js'
import { Aperture } from './aperture.js'

/**
 * Memory of this process's own, `size` bytes of zeros, as an aperture: for tests, for simulated devices and to try
 * things. It is a sealed memfd, so it can neither shrink nor grow; it lives as long as the aperture or a mapping of it.
 * @throws IoMappingError ERR_IO_RANGE, ERR_IO_ACCESS
 */
export const memory = (size: number): Aperture => {
  checkSize(size, 'memory: size')
  const name = `memory:${formatSize(size)}`
  const descriptor = telling(name, {}, () => Descriptor.memory(size))
  return new Aperture({
    name,
    size,
    memoryTypes: ['write-back'],
    open: () => ({ descriptor, offset: 0, keep: true }),
  })
}
