// The `fault` event: a program that waits is told of a loss, whichever thread's access has found it.

import { EventEmitter } from 'node:events'
import { descriptorFrom } from '../system/descriptor.js'
import { IoMappingError } from '../system/errors.js'
import { nextTick } from '../system/host.js'
import { native } from '../system/native.js'
import { isSystemError } from '../system/system-error.js'
import type { MappingCore } from '../window/mapping-core.js'
import { refuseLost } from '../window/refusals.js'

/** Those that someone listens to. Held, so that they are not collected while their program waits. */
const awaited = new Set<MappingCore>()

/** What an IoMapping emits. */
export interface IoMappingEvents {
  /** Its memory went away under an access, which need not have been made by this thread: every one throws from here on. */
  fault: [error: IoMappingError]
}

/**
 * Those that a listener came to in this turn, which may not be counted yet. While there are any, the next tick is to settle them. Not
 * held by the tick itself: in a loop that never returns to the event loop, one that was freed is to be collected.
 */
const expectant = new Set<LossEmitter>()

/** Emits `fault` when a mapping is lost: after what runs then, which may have found it, unless that has freed the mapping. */
export class LossEmitter extends EventEmitter<IoMappingEvents> {
  readonly #core: MappingCore

  /** @internal */
  constructor(core: MappingCore) {
    super()
    this.#core = core
    core.onLoss = () => {
      nextTick(() => core.freed || this.emit('fault', refuseLost(core, 'fault')))
    }
    core.onFree = () => {
      expectant.delete(this)
      leave(core)
    }
    this.#watchListeners()
  }

  /**
   * A call that is cut short behind the removal makes no event of it, and the next one, which has nothing to remove, neither:
   * so each looks who is left. In the types it is EventEmitter's.
   * @internal
   */
  override removeListener(name: 'fault', listener: (error: IoMappingError) => void): this {
    try {
      return super.removeListener(name, listener)
    } finally {
      LossEmitter.#settle(this)
    }
  }

  /** @internal */
  override off(name: 'fault', listener: (error: IoMappingError) => void): this {
    return this.removeListener(name, listener)
  }

  /** As EventEmitter's; the mapping goes on watching for those that listen later. */
  override removeAllListeners(name?: 'fault'): this {
    try {
      return name === undefined ? super.removeAllListeners() : super.removeAllListeners(name)
    } finally {
      if (#core in this) this.#watchListeners()
      LossEmitter.#settle(this)
    }
  }

  /** It is held for those alone that listen. Of a proxy nothing is known: there, the events tell. */
  static #settle(emitter: object): void {
    if (!(#core in emitter) || expectant.has(emitter)) return
    if (emitter.listenerCount('fault') === 0) leave(emitter.#core)
  }

  /** Has it know of those that come and go, unless it does. */
  #watchListeners(): void {
    watch(this, 'newListener', () => this.#expect())
    watch(this, 'removeListener', () => LossEmitter.#settle(this))
  }

  /** One comes, after all that hears of it has been told; or does not, if one of those throws. */
  #expect(): void {
    if (this.#core.freed) return
    if (expectant.size === 0) nextTick(LossEmitter.#settleAll)
    expectant.add(this)
    wait(this.#core)
  }

  static #settleAll(): void {
    const all = [...expectant]
    expectant.clear()
    for (const each of all) LossEmitter.#settle(each)
  }
}

/** Calls `act` when one for `fault` has come, or gone. Its types are EventEmitter's own, which know these events. */
const watch = (emitter: EventEmitter, event: 'newListener' | 'removeListener', act: () => void): void => {
  if (emitter.listenerCount(event) > 0) return
  emitter.on(event, name => {
    if (name === 'fault') act()
  })
}

const wait = (core: MappingCore): void => {
  awaited.add(core)
  listen(core)
  core.checkLoss() // before anyone listened, it may have been lost unseen
}

/** Every `free` comes here. Last, it is taken out: until then, this can be done again. */
const leave = (core: MappingCore): void => {
  if (!awaited.has(core)) return
  if (awaited.size === 1) native.stopListening(checkAll)
  awaited.delete(core)
}

const checkAll = (): void => {
  for (const core of awaited) core.checkLoss()
}

const listen = (core: MappingCore): void => {
  try {
    descriptorFrom('pipe2', () => native.listen(checkAll))
  } catch (cause) {
    leave(core)
    if (!isSystemError(cause)) throw cause
    throw new IoMappingError(
      'ERR_IO_ACCESS',
      `fault: the system has no pipe or no thread to wait for the event with (${cause.code}); free mappings, or raise the ` +
        'limits on open files and threads (ulimit -n, ulimit -u)',
      { cause },
    )
  }
}
