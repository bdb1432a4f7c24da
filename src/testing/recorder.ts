import { CheckedAccess } from '../access/checked-access.js'
import type { IoAccess } from '../access/io-access.js'
import type { Word } from '../registers/index.js'
import { badArgument, IoMappingError } from '../system/errors.js'
import { type Access, type AccessWidth, allOnes } from './access.js'

const READS = { 1: 'read8', 2: 'read16', 4: 'read32', 8: 'read64' } as const
const WRITES = { 1: 'write8', 2: 'write16', 4: 'write32', 8: 'write64' } as const

/**
 * A window that passes every access on to another, and keeps a log of them: of real hardware, to look at or to replay. The
 * copies go through it access by access too, so they are slow.
 */
export class Recorder extends CheckedAccess {
  /** All accesses, in order. Empty it with `log.length = 0`. */
  readonly log: Access[] = []
  readonly #mem: IoAccess

  /** @param mem the window whose accesses are recorded @throws IoMappingError ERR_IO_ARGUMENT */
  constructor(mem: IoAccess) {
    if (typeof mem?.read32 !== 'function') throw badArgument('Recorder: mem', mem, 'a mapped window')
    super('the recorded window', mem.length, mem.offset)
    this.#mem = mem
  }

  override get mapped(): boolean {
    return this.#mem.mapped
  }

  override unmap(): void {
    this.#mem.unmap()
  }

  protected load(_call: string, offset: number, width: AccessWidth): Word {
    const value = this.#faults('read', offset, width, allOnes(width), () => this.#mem[READS[width]](offset))
    this.log.push({ kind: 'read', offset, width, value })
    return value
  }

  protected store(_call: string, offset: number, width: AccessWidth, value: Word): void {
    this.#faults('write', offset, width, value, () => this.#mem[WRITES[width]](offset, value as never))
    this.log.push({ kind: 'write', offset, width, value })
  }

  /** An access that the device did not answer is recorded, too; one that was refused reached no device. */
  #faults<T>(kind: Access['kind'], offset: number, width: AccessWidth, value: Word, access: () => T): T {
    try {
      return access()
    } catch (error) {
      if (error instanceof IoMappingError && error.code === 'ERR_IO_FAULT')
        this.log.push({ kind, offset, width, value, fault: true })
      throw error
    }
  }
}
