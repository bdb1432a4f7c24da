import { CheckedAccess } from '../access/checked-access.js'
import type { Word } from '../registers/index.js'
import { badArgument, IoMappingError } from '../system/errors.js'
import { type Access, type AccessWidth, formatAccess } from './access.js'

/** Of windows, in bytes. */
const LONGEST = 2 * 1024 ** 3

/** How many accesses before the one that differs a message shows. */
const CONTEXT = 3

/**
 * A window that answers from a log, as a Recorder keeps it, and takes only the accesses that are in it, in their order:
 * whatever else a driver does throws ERR_IO_REPLAY.
 */
export class Replay extends CheckedAccess {
  readonly #log: readonly Access[]
  #next = 0

  /**
   * @param log what a Recorder or `parseLog` gave
   * @param length the window's, in bytes: a log tells only of what was accessed. Default: 2 GiB, the longest that a window of a
   * mapping can be, or to the end of the last access. Give it to a driver that asks, as by a `fill` to the window's end
   */
  constructor(log: readonly Access[], length?: number) {
    if (!Array.isArray(log)) throw badArgument('Replay: log', log, 'an array of accesses')
    const end = log.reduce((most, { offset, width }) => Math.max(most, offset + width), LONGEST)
    super('the replayed window', length ?? end)
    this.#log = [...log]
  }

  /** Checks that all of the log was replayed. @throws IoMappingError ERR_IO_REPLAY */
  end(): void {
    const left = this.#log.length - this.#next
    if (left === 0) return
    throw new IoMappingError(
      'ERR_IO_REPLAY',
      `end: ${left} of ${this.#log.length} accesses were not made; the next would be ${formatAccess(this.#log[this.#next] as Access)}`,
    )
  }

  protected load(call: string, offset: number, width: AccessWidth): Word {
    const { value } = this.#take(call, { kind: 'read', offset, width })
    return value
  }

  protected store(call: string, offset: number, width: AccessWidth, value: Word): void {
    this.#take(call, { kind: 'write', offset, width, value })
  }

  #take(call: string, asked: Omit<Access, 'value'> & { readonly value?: Word }): Access {
    const found = this.#log[this.#next]
    const same = (['kind', 'offset', 'width'] as const).every(key => found?.[key] === asked[key])
    if (!found || !same || (asked.value !== undefined && asked.value !== found.value))
      throw this.#refuse(call, asked)
    this.#next++
    if (!found.fault) return found
    throw new IoMappingError('ERR_IO_FAULT', `${call}: the device did not answer (a fault in the log)`)
  }

  #refuse(call: string, asked: Omit<Access, 'value'> & { readonly value?: Word }): IoMappingError {
    const text = formatAccess({ value: 0, ...asked })
    const shown = asked.value === undefined ? text.slice(0, text.indexOf(' =')) : text
    const found = this.#log[this.#next]
    const before = this.#log.slice(Math.max(0, this.#next - CONTEXT), this.#next).map(formatAccess)
    return new IoMappingError(
      'ERR_IO_REPLAY',
      `${call}: access ${this.#next + 1} is ${shown}, where the log ${found ? `has ${formatAccess(found)}` : 'has no more'}` +
        (before.length === 0 ? '' : `; before it: ${before.join(', ')}`),
    )
  }
}
