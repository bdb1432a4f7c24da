// Memory that goes away under an access. native/handler.c puts all ones in its place and counts; here it becomes an error.

import { isMainThread } from 'node:worker_threads'
import { native } from './native.js'
import { systemError } from './system-error.js'

/**
 * [0]: how many faults there were in this process since this thread loaded the library. Every access looks at it: a plain
 * load of memory that never moves. [1]: how many windows there are in this process in memory that is programs' own (mapInto, `shared`).
 */
export const FAULTS: Uint32Array = native.watchFaults(new Uint32Array(new ArrayBuffer(8))) // V8 moves small arrays without a buffer

const checked = (errno: number, syscall: string): void => {
  if (errno !== 0) throw systemError(errno, syscall)
}

const GUARDED = ['SIGBUS', 'SIGSEGV']

// Node hands a signal that someone listens for to libuv, whose handler replaces ours, and hangs in a fault: it returns to
// an access that faults again. So ours goes over libuv's, which then gets those that a process sends.
const keep = (name: string | symbol): void => {
  if (GUARDED.includes(String(name))) checked(native.keepHandler(), 'sigaction')
}

if (isMainThread) {
  checked(native.keepHandler(), 'sigaction')
  process.on('newListener', keep) // after Node's own listener of this name, so libuv's handler is there
  process.on('removeListener', keep)
} else {
  checked(native.watchHandler(), 'pthread_create') // a Worker can't see what the main thread listens for
}
