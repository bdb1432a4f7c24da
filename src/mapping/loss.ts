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
    core.onFree = () => leave(core)
    watchListeners(this, core)
  }

  /** As EventEmitter's; the mapping goes on watching for those that listen later. */
  override removeAllListeners(name?: 'fault'): this {
    if (name === undefined) super.removeAllListeners()
    else super.removeAllListeners(name)
    watchListeners(this, this.#core)
    return this
  }
}

/** Has it know of those that come and go, unless it does. */
const watchListeners = (emitter: EventEmitter, core: MappingCore): void => {
  const whenOneComes = (name: string | symbol) => {
    if (name === 'fault') wait(core)
  }
  const whenOneGoes = (name: string | symbol) => {
    if (name === 'fault' && emitter.listenerCount('fault') === 0) leave(core)
  }
  if (emitter.listenerCount('newListener') === 0) emitter.on('newListener', whenOneComes)
  if (emitter.listenerCount('removeListener') === 0) emitter.on('removeListener', whenOneGoes)
}

const wait = (core: MappingCore): void => {
  if (core.freed) return
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
