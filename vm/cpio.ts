import {
  closeSync,
  lstatSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  writeSync,
} from 'node:fs'
import { dirname, join } from 'node:path'

const FOLDER = 0o040755
const FILE = 0o100000
const LINK = 0o120777

/** Writes a cpio archive of the kind that the kernel unpacks at boot ("newc"). Guest paths are absolute. */
export class CpioWriter {
  readonly #file: number
  readonly #folders = new Set(['/'])
  #inode = 1

  constructor(path: string) {
    this.#file = openSync(path, 'w')
  }

  folder(path: string): void {
    if (this.#folders.has(path)) return
    this.folder(dirname(path))
    this.#folders.add(path)
    this.#entry(path, FOLDER)
  }

  file(path: string, content: string | Uint8Array, permissions = 0o644): void {
    this.folder(dirname(path))
    this.#entry(path, FILE | permissions, typeof content === 'string' ? Buffer.from(content) : content)
  }

  link(path: string, target: string): void {
    this.folder(dirname(path))
    this.#entry(path, LINK, Buffer.from(target))
  }

  /** A file of the host, or a folder with all that is in it. A link at `source` itself is followed. */
  copy(path: string, source: string): void {
    const stat = statSync(source)
    if (!stat.isDirectory()) {
      this.file(path, readFileSync(source), stat.mode & 0o777)
      return
    }
    this.folder(path)
    for (const name of readdirSync(source)) {
      const inner = join(source, name)
      if (lstatSync(inner).isSymbolicLink()) this.link(join(path, name), readlinkSync(inner))
      else this.copy(join(path, name), inner)
    }
  }

  close(): void {
    this.#entry('/TRAILER!!!', 0)
    closeSync(this.#file)
  }

  #entry(path: string, mode: number, content: Uint8Array = Buffer.alloc(0)): void {
    const name = Buffer.from(`${path.slice(1)}\0`)
    // inode, mode, owner, group, links, time, size, device (two), target (two), length of the name, checksum
    const fields = [this.#inode++, mode, 0, 0, 1, 0, content.length, 0, 0, 0, 0, name.length, 0]
    const header = `070701${fields.map(field => field.toString(16).padStart(8, '0')).join('')}`
    this.#write(Buffer.concat([Buffer.from(header), name]))
    this.#write(content)
  }

  /** Every part is padded to four bytes. */
  #write(data: Uint8Array): void {
    for (let done = 0; done < data.length; ) done += writeSync(this.#file, data, done)
    if (data.length % 4 !== 0) writeSync(this.#file, Buffer.alloc(4 - (data.length % 4)))
  }
}
