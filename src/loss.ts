// The `fault` event: a program that waits is told of a loss, whichever thread's access has found it.
import type { EventEmitter } from 'node:events'
import { Socket } from 'node:net'
import { IoMappingError } from './errors.js'
import type { MappingCore } from './mapping-core.js'
import { native, systemError } from './native.js'
import { refuseLost } from './refusals.js'

/** Those that someone listens to. Held, so that they are not collected while their program waits. */
const awaited = new Set<MappingCore>()
let pipe: Socket | undefined

/** Has `mapping` emit `fault`, with the error, when `core` is lost: after what runs now, which may have found it. */
export const announceLoss = (mapping: EventEmitter, core: MappingCore): void => {
  core.onLoss = () => {
    process.nextTick(() => mapping.emit('fault', refuseLost(core, 'fault')))
  }
  core.onFree = () => leave(core)
  if (mapping.listenerCount('newListener') > 0) return // it does so already
  mapping.on('newListener', (name: string | symbol) => {
    if (name === 'fault') wait(core)
  })
  mapping.on('removeListener', (name: string | symbol) => {
    if (name === 'fault' && mapping.listenerCount('fault') === 0) leave(core)
  })
}

const wait = (core: MappingCore): void => {
  if (core.freed) return
  pipe ??= open()
  awaited.add(core)
  core.checkLoss() // before the pipe was there, it may have been lost unseen
}

const leave = (core: MappingCore): void => {
  awaited.delete(core)
  if (awaited.size > 0 || !pipe) return
  native.closeFaultPipe()
  pipe.destroy()
  pipe = undefined
}

/** The handler writes a byte into it at each fault. It keeps no program running. */
const open = (): Socket => {
  const fd = native.openFaultPipe()
  if (fd < 0) {
    const cause = systemError(-fd, 'pipe2')
    throw new IoMappingError(
      'ERR_IO_ACCESS',
      `fault: no pipe can be made to wait for the event (${cause.code} from pipe2); free mappings, or raise the limit (ulimit -n)`,
      { cause },
    )
  }
  const socket = new Socket({ fd, readable: true, writable: false })
  socket.on('data', () => {
    for (const core of awaited) core.checkLoss()
  })
  return socket.unref()
}
