// The system that is looked at: its files, below a root that tests have elsewhere. Nothing here changes or opens a device.
import {
  accessSync,
  closeSync,
  constants,
  openSync,
  readdirSync,
  readlinkSync,
  readSync,
  statSync,
} from 'node:fs'
import { machine, release, userInfo } from 'node:os'
import { basename, join } from 'node:path'
import { formatSize } from '../../system/numbers.js'
import { PAGE_SIZE } from '../library.js'

/** What of a process and its machine is in no file. */
export interface Facts {
  readonly uid: number
  readonly user: string
  readonly release: string
  /** As `uname -m` has it. */
  readonly machine: string
  readonly pageSize: number
  /** access(2): throws what it is refused with. */
  readonly access: (path: string, mode: number) => void
}

/** A file that does not say what it was to say. Its message is what a user is told. */
export class Unreadable extends Error {
  constructor(
    message: string,
    readonly code?: string,
  ) {
    super(message)
  }
}

/** Those that are read say less by far: a kernel's configuration has 300K. */
const MOST = 8 * 2 ** 20

const WORDS: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist',
  ENOTDIR: 'does not exist',
  EACCES: 'may not be read',
  EPERM: 'may not be read',
}

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? String(error)
const unreadable = (name: string, code: string): Unreadable =>
  new Unreadable(`${name} ${WORDS[code] ?? `can't be read (${code})`}`, code)
const MISSING: readonly (string | undefined)[] = ['ENOENT', 'ENOTDIR']

const thisProcess = (): Facts => ({
  uid: process.geteuid?.() ?? 0,
  user: nameOfUser(),
  release: release(),
  machine: machine(),
  pageSize: PAGE_SIZE,
  access: accessSync,
})

const nameOfUser = (): string => {
  try {
    return userInfo().username
  } catch {
    return String(process.geteuid?.()) // a container's, without a name
  }
}

export class System {
  readonly facts: Facts

  constructor(
    readonly root = '/',
    facts: Partial<Facts> = {},
  ) {
    this.facts = { ...thisProcess(), ...facts }
  }

  /** Where a file of the system's lies. */
  path(name: string): string {
    return join(this.root, name)
  }

  get sys(): string {
    return this.path('/sys')
  }

  /** As the library takes it. */
  get folders(): { readonly sys: string; readonly dev: string } {
    return { sys: this.sys, dev: this.path('/dev') }
  }

  /** What a file says. Throws Unreadable. */
  bytes(name: string): Buffer {
    try {
      return this.#content(name)
    } catch (error) {
      if (error instanceof Unreadable) throw error
      throw unreadable(name, codeOf(error))
    }
  }

  text(name: string): string {
    return this.bytes(name).toString('utf8')
  }

  /** The same; undefined if there is no such file. Throws Unreadable. */
  textIfThere(name: string): string | undefined {
    try {
      return this.text(name)
    } catch (error) {
      if (error instanceof Unreadable && MISSING.includes(error.code)) return undefined
      throw error
    }
  }

  isThere(name: string): boolean {
    return statSync(this.path(name), { throwIfNoEntry: false }) !== undefined
  }

  /** The names in a folder; none if there is no such. Throws Unreadable. */
  names(name: string): string[] {
    try {
      return readdirSync(this.path(name)).sort()
    } catch (error) {
      const code = codeOf(error)
      if (MISSING.includes(code)) return []
      throw unreadable(name, code)
    }
  }

  /** The name of what a link leads to; undefined if there is none, or it is not to be seen. */
  linked(name: string): string | undefined {
    const target = this.target(name)
    return target === undefined ? undefined : basename(target)
  }

  target(name: string): string | undefined {
    try {
      return readlinkSync(this.path(name))
    } catch {
      return undefined
    }
  }

  /** Why this process may not have a file so; undefined if it may. */
  refusal(name: string, how: 'read' | 'write' | 'both'): string | undefined {
    try {
      this.facts.access(this.path(name), MODES[how])
      return undefined
    } catch (error) {
      return codeOf(error)
    }
  }

  #content(name: string): Buffer {
    const path = this.path(name)
    if (!statSync(path).isFile()) throw new Unreadable(`${name} is no file`)
    const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK) // it may have become a FIFO
    try {
      const content = readAll(fd)
      if (content) return content
      throw new Unreadable(`${name} is larger than ${formatSize(MOST)}, which can't be right`)
    } finally {
      closeSync(fd)
    }
  }
}

const MODES = {
  read: constants.R_OK,
  write: constants.W_OK,
  both: constants.R_OK | constants.W_OK,
} as const

/** Undefined if there is too much: the size that /proc tells is 0. */
const readAll = (fd: number): Buffer | undefined => {
  const pieces: Buffer[] = []
  for (let total = 0; total <= MOST; ) {
    const piece = Buffer.alloc(64 * 1024)
    const length = readSync(fd, piece)
    if (length === 0) return Buffer.concat(pieces)
    pieces.push(piece.subarray(0, length))
    total += length
  }
  return undefined
}
