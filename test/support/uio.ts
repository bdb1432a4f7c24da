// A UIO device as Linux shows it, of ordinary files.
import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync, symlinkSync, writeFileSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { PAGE_SIZE } from 'io-mapping'
import { TempFolder } from './files.js'
import { pattern } from './rig.js'

export interface FakeUio {
  name?: string
  maps?: readonly { name?: string; addr: number; size: number; offset?: number }[]
  ports?: readonly { name?: string; start: number; size: number; kind?: string }[]
  /** How many interrupts came so far. */
  event?: number
  /** What the device's folder in sysfs is a link to. */
  device?: string
}

export class FakeUioTree implements Disposable {
  readonly #folder = new TempFolder()
  readonly root: { readonly sys: string; readonly dev: string }

  /** `sys`: a made-up /sys that has more. */
  constructor(sys?: string) {
    this.root = { sys: sys ?? join(this.#folder.path, 'sys'), dev: join(this.#folder.path, 'dev') }
  }

  /** Its node is a file of some pages: the first of map N at page N. */
  add(index: number, { name = 'card', maps = [], ports = [], event = 0, device }: FakeUio = {}): void {
    const path = join(this.root.sys, 'class/uio', `uio${index}`)
    const write = (file: string, value: string | number) => {
      mkdirSync(dirname(join(path, file)), { recursive: true })
      writeFileSync(join(path, file), `${value}\n`)
    }
    write('name', name)
    write('version', '0.1')
    write('event', event)
    for (const [number, map] of maps.entries()) {
      write(`maps/map${number}/name`, map.name ?? '')
      for (const key of ['addr', 'size', 'offset'] as const)
        write(`maps/map${number}/${key}`, `0x${(map[key] ?? 0).toString(16).padStart(16, '0')}`)
    }
    for (const [number, port] of ports.entries()) {
      write(`portio/port${number}/name`, port.name ?? '')
      write(`portio/port${number}/porttype`, port.kind ?? 'port_x86')
      for (const key of ['start', 'size'] as const)
        write(`portio/port${number}/${key}`, `0x${port[key].toString(16)}`)
    }
    if (device !== undefined) symlinkSync(device, join(path, 'device'))
    this.#folder.write(join('dev', `uio${index}`), pattern(16 * PAGE_SIZE))
  }

  node(index: number): string {
    return join(this.root.dev, `uio${index}`)
  }

  /** Makes the node one that is read for counts, as a device's: what is written to it is what came in all. */
  makeCounter(index: number): void {
    rmSync(this.node(index))
    execFileSync('mkfifo', [this.node(index)])
  }

  remove(index: number): void {
    rmSync(join(this.root.sys, 'class/uio', `uio${index}`), { recursive: true })
    rmSync(this.node(index))
  }

  [Symbol.dispose](): void {
    this.#folder[Symbol.dispose]()
  }
}

/** Tells whoever has a counter open that so many came in all. */
export const countTo = (fd: number, total: number): void => void writeSync(fd, new Uint32Array([total]))
