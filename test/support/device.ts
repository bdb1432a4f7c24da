import assert from 'node:assert/strict'
import { constants } from 'node:fs'
import { Aperture, type ApertureInit, type MemoryType, PAGE_SIZE } from 'io-mapping'
import { Descriptor } from '#io-mapping/system/descriptor.js'
import { TempFolder } from './files.js'
import { pattern } from './rig.js'

/** An aperture of these memory types, which must not be opened. */
export const closed = (...memoryTypes: MemoryType[]): Aperture =>
  new Aperture({
    name: 'test',
    base: 0x1000,
    size: 4 * PAGE_SIZE,
    memoryTypes,
    open: () => assert.fail('was opened'),
  })

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
        const descriptor = Descriptor.open(this.path, writable ? constants.O_RDWR : constants.O_RDONLY)
        return { descriptor, offset: 0 }
      },
      ...init,
    })
  }

  [Symbol.dispose](): void {
    this.#folder[Symbol.dispose]()
  }
}
