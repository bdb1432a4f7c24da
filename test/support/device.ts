import { constants, openSync } from 'node:fs'
import { Aperture, type ApertureInit, type MemoryType } from 'io-mapping'
import { Descriptor } from '#io-mapping/descriptor.js'
import { TempFolder } from './files.js'
import { pattern } from './rig.js'

/** A file that plays a device: an aperture of any memory types, over memory that can be looked at. */
export class FakeDevice implements Disposable {
  readonly aperture: Aperture
  readonly path: string
  /** How often it was opened. */
  opened = 0
  readonly #folder = new TempFolder()

  constructor(size: number, memoryTypes: readonly MemoryType[], init: Partial<ApertureInit> = {}) {
    this.path = this.#folder.write('device', pattern(size))
    this.aperture = new Aperture({
      name: 'test:device',
      base: 0x3f0000000000,
      size,
      memoryTypes,
      open: (_type, writable) => {
        this.opened++
        const fd = openSync(this.path, writable ? constants.O_RDWR : constants.O_RDONLY)
        return { descriptor: new Descriptor(fd), offset: 0 }
      },
      ...init,
    })
  }

  [Symbol.dispose](): void {
    this.#folder[Symbol.dispose]()
  }
}
