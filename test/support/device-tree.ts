import { join } from 'node:path'
import { TempFolder } from './files.js'

/** A property: texts, or 32-bit cells. */
type Property = string | readonly string[] | readonly number[]

const bytesOf = (property: Property): Buffer => {
  const values = typeof property === 'string' ? [property] : property
  const parts = values.map(value => {
    if (typeof value === 'string') return Buffer.from(`${value}\0`)
    const cell = Buffer.alloc(4)
    cell.writeUInt32BE(value)
    return cell
  })
  return Buffer.concat(parts)
}

/** A tree as /sys/firmware/devicetree/base has it, of ordinary files. */
export class FakeDeviceTree implements Disposable {
  readonly #folder = new TempFolder()

  /** For devicetree() and deviceTreeNodes(). */
  get root(): string {
    return this.#folder.path
  }

  add(path: string, properties: Readonly<Record<string, Property>>): void {
    for (const [name, value] of Object.entries(properties))
      this.#folder.write(join('.', path, name), bytesOf(value))
  }

  /** Of other bytes than texts and cells. */
  write(path: string, bytes: Uint8Array): void {
    this.#folder.write(join('.', path), bytes)
  }

  [Symbol.dispose](): void {
    this.#folder[Symbol.dispose]()
  }
}
