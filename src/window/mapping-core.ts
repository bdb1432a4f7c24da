import type { Ground } from '../container/ground.js'
import type { Strategy } from '../strategies/strategy.js'
import { FAULTS } from '../system/faults.js'
import { COPY, type Lease, native } from '../system/native.js'

/** How long `free` waits for transfers to let go of their pages, in milliseconds. */
const LET_GO_MS = 10

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
  freed = false
  /** Whether its memory went away. */
  lost = false
  /** FAULTS[0] when it was last seen to be there: while the two are the same, it still is. */
  seen: number = FAULTS[0] as number
  /** How a copy without a width goes, one of COPY: known once it is mapped. */
  copies: number = COPY.memory
  /** Those under way. */
  readonly transfers = new Set<Transfer>()
  /** Those in WebAssembly modules' memories. */
  readonly memoryWindows = new Set<Disposable>()
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
    this.ground = ground
    this.writable = ground.writable
    this.lease = ground.lease
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
    return this.freed || this.lost || (this.seen !== FAULTS[0] && this.checkLoss())
  }

  /** Asks the fault handler whether its memory is gone. If so, no access goes through from here on. */
  checkLoss(): boolean {
    this.seen = FAULTS[0] as number // first, or a fault between the two would never be seen
    if (!this.lost && !this.freed && this.faults > 0) {
      this.lost = true
      this.limit = 0
      this.strategy.lose()
      this.onLoss()
    }
    return this.lost
  }

  /** Ends it: no access goes through, and all pages are out of the process. Never fails. Waits 10 ms at most. */
  free(): void {
    this.endTransfers()
    this.freed = true
    this.limit = 0
    for (const each of this.memoryWindows) each[Symbol.dispose]()
    this.strategy.free()
    this.ground.close()
    this.onFree()
  }

  private endTransfers(): void {
    const end = performance.now() + LET_GO_MS
    for (const each of this.transfers) each.stop()
    for (const each of this.transfers) each.letGo(Math.max(0, Math.ceil(end - performance.now())))
  }
}
