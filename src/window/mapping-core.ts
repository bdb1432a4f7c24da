import type { Ground } from '../container/ground.js'
import type { Strategy } from '../strategies/strategy.js'
import { textOf } from '../system/errors.js'
import { FAULTS } from '../system/faults.js'
import { now, warn } from '../system/host.js'
import { COPY, type Lease, native } from '../system/native.js'
import { isCut } from '../system/quietly.js'
import { atomicStack } from './atomic.js'
import { warningMisaligned } from './misaligned.js'
import { type Frame, framesOf } from './stack-frames.js'

/** How long `free` waits for transfers to let go of their pages, in milliseconds. */
const LET_GO_MS = 10

/**
 * What V8 copies itself of ordinary memory, in bytes: its memmove is the C library's, too, and is reached in a tenth of the time
 * of a call of the addon. Beyond this that is nothing.
 */
const V8_COPIES = 256 * 1024

/** How the stack names what calls an aperture's `close`. */
const CLOSER: Frame = { name: 'closeAperture', file: import.meta.url }

/** Work of other threads on its pages. */
export interface Transfer {
  /** Has it end soon. */
  stop(): void
  /** Has it end, and waits for that; not longer than this. */
  letGo(milliseconds: number): void
}

/** What an IoMapping and its windows share, and users never see. */
export class MappingCore {
  /** In bytes: what may be mapped, so 0 once it is freed or lost. */
  limit: number
  /** The same where every page of it can be mapped; else 0, so that a map looks further. */
  plain: number
  /** Whether it was freed: from here on nothing is mapped, even if `free` was cut short. */
  freed = false
  /** Whether that is complete. */
  private gone = false
  private closing = false
  /** Whether its memory went away. */
  lost = false
  private lossTold = false
  private misalignedTold: number
  /** FAULTS[0] when it was last seen to be there: while the two are the same, it still is. */
  seen: number = FAULTS[0] as number
  /** How a copy without a width goes, one of COPY: known once it is mapped. */
  copies: number = COPY.memory
  /** The longest of them that V8 makes itself, in bytes. */
  v8Copies = 0
  /** Those under way. */
  readonly transfers = new Set<Transfer>()
  /** Those in WebAssembly modules' memories: each takes itself out of here when its pages are out. */
  readonly memoryWindows = new Set<{ end(): void }>()
  maps = 0
  unmaps = 0

  readonly writable: boolean
  readonly lease: Lease
  /** Told, once, when its memory is found to be gone; and when it is freed. */
  onLoss: () => void = () => {}
  onFree: () => void = () => {}
  readonly ground: Ground

  /**
   * @param name its aperture's, for messages
   * @param size in bytes
   */
  constructor(
    readonly name: string,
    size: number,
    ground: Ground,
    readonly strategy: Strategy,
  ) {
    this.limit = size
    this.plain = ground.areas ? 0 : size
    this.ground = ground
    this.writable = ground.writable
    this.lease = ground.lease
    this.misalignedTold = this.misaligned
  }

  /** Says what its memory wants of copies. V8's memmove may touch a byte twice; and it copies shared memory word by word. */
  setCopies(copies: number): void {
    this.copies = copies
    this.v8Copies = copies === COPY.memory && this.buffer === undefined ? V8_COPIES : 0
  }

  /** Of one that is mapped with `shared: true`. */
  get buffer(): SharedArrayBuffer | undefined {
    return this.strategy.buffer
  }

  /** How often its memory went away under an access. */
  get faults(): number {
    return native.faults(this.lease)
  }

  /** Whether it can't be used any more: it was freed, or is lost, which may not have been seen yet. */
  isEnded(): boolean {
    return this.freed || (this.seen === FAULTS[0] ? this.lost : this.checkLoss())
  }

  /** Asks the fault handler whether its memory is gone. If so, no access goes through from here on. Cut short, the next one asks again. */
  checkLoss(): boolean {
    const faults = FAULTS[0] as number // first, or a fault between the two would never be seen
    if (!this.freed && (this.lost || this.faults > 0)) this.lose()
    // else the next access asks again, and tells
    if (this.freed || this.lost || this.misaligned === this.misalignedTold) this.seen = faults
    return this.lost
  }

  /** How many accesses through views were left out, in whatever thread, since they were not aligned: native/misaligned.h. */
  private get misaligned(): number {
    return native.misaligned(this.lease)
  }

  /** Whether there were some since it was last asked. */
  takeMisaligned(): boolean {
    const before = this.misalignedTold
    if (!this.freed) this.misalignedTold = this.misaligned
    return this.misalignedTold !== before
  }

  private lose(): void {
    this.lost = true
    this.limit = 0
    this.plain = 0
    if (!this.lossTold) this.onLoss()
    this.lossTold = true
    this.ground.closeArrays() // last: while they are open, an access comes here
  }

  /**
   * Ends it: no access goes through, and all pages are out of the process. Never fails. Waits 10 ms at most. Cut short, anywhere, it
   * is completed by the next call: each step does nothing where it is done.
   */
  free(): void {
    if (this.gone) return
    if (this.takeMisaligned()) warn(warningMisaligned(this))
    this.freed = true
    this.limit = 0
    this.plain = 0
    this.ground.closeArrays()
    this.letGo()
    for (const each of this.memoryWindows) each.end()
    this.ground.end()
    this.onFree()
    atomicStack.dropUnmapped()
    this.closeAperture()
    this.gone = true
  }

  /** Ends what other threads do with its pages. Never fails; waits 10 ms at most. */
  letGo(): void {
    const end = now() + LET_GO_MS
    for (const each of this.transfers) each.stop()
    for (const each of this.transfers) each.letGo(Math.max(0, Math.ceil(end - now())))
  }

  private closeAperture(): void {
    if (this.closing && framesOf(CLOSER) > 1) return // called by that close(); else it was cut short
    this.closing = true
    try {
      this.ground.close()
    } catch (error) {
      if (isCut(error)) throw error // it was not closed: the next call does
      warn(`${this.name} was freed, but close() of its aperture threw: ${textOf(error)}`)
    }
  }
}
