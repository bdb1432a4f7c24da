import { closeSync, openSync, readSync, writeFileSync, writeSync } from 'node:fs'

/** The numbers are `enum inject_kind` in inject.h. */
export const KINDS = { 'system calls': 1, allocations: 2, 'Node-API calls': 3 } as const
export type Kind = keyof typeof KINDS

/** Which call fails: the `at`th of its kind, from 1 on; and, `onwards`, all behind it. */
export interface Failing {
  readonly kind: Kind
  readonly at: number
  readonly onwards: boolean
}

export interface Seen {
  /** How many calls of the kind there were. */
  readonly calls: number
  /** The functions that were made to fail, in turn. */
  readonly failed: string[]
}

/** `struct control` of control.c. */
const FIELDS = { kind: 0, at: 4, onwards: 8, calls: 12, blocks: 20, used: 24, names: 28 } as const
const SIZE = 4096

/** The file that tells the addon which call fails, and that it tells what happened in. */
export class Control implements Disposable {
  readonly #fd: number

  /** Makes the file; an addon that is loaded where IO_MAPPING_INJECT names it follows it. */
  static create(path: string): Control {
    writeFileSync(path, new Uint8Array(SIZE))
    return new Control(path)
  }

  constructor(path: string) {
    this.#fd = openSync(path, 'r+')
  }

  /** From here on calls of this kind are counted, until `stop`. */
  start({ kind, at, onwards }: Failing): void {
    this.stop()
    this.#write(FIELDS.calls, 0, 0)
    this.#write(FIELDS.used, 0)
    this.#write(FIELDS.at, at, onwards ? 1 : 0)
    this.#write(FIELDS.kind, KINDS[kind])
  }

  stop(): void {
    this.#write(FIELDS.kind, 0)
  }

  seen(): Seen {
    const bytes = this.#read()
    const end = Math.min(FIELDS.names + bytes.readUInt32LE(FIELDS.used), SIZE)
    const failed = bytes.toString('latin1', FIELDS.names, end).split('\n').slice(0, -1)
    return { calls: bytes.readUInt32LE(FIELDS.calls), failed }
  }

  /** How many blocks of memory belong to the addon. */
  blocks(): number {
    return this.#read().readInt32LE(FIELDS.blocks)
  }

  #read(): Buffer {
    const bytes = Buffer.alloc(SIZE)
    readSync(this.#fd, bytes, 0, SIZE, 0)
    return bytes
  }

  #write(at: number, ...words: number[]): void {
    writeSync(this.#fd, new Uint32Array(words), 0, words.length * 4, at)
  }

  [Symbol.dispose](): void {
    closeSync(this.#fd)
  }
}
