// What of Node's is used where nothing may throw, as it was at load: a program may replace globals (fake timers do).
import { performance } from 'node:perf_hooks'

const {
  queueMicrotask: queue,
  setTimeout,
  clearTimeout,
  setInterval,
  clearInterval,
  setImmediate,
} = globalThis

/** The longest delay that a timer takes, in milliseconds: 24 days. */
export const DELAY_MAX = 2 ** 31 - 1

export const timers = { setTimeout, clearTimeout, setInterval, clearInterval, setImmediate } as const

/** Milliseconds, of a clock that only goes forward. */
export const now: () => number = performance.now.bind(performance)

/** Runs `task` when what runs now has ended. */
export const soon: (task: () => void) => void = queue

/** Runs `task` before anything else of the event loop. */
export const nextTick: (task: () => void) => void = process.nextTick.bind(process)

const emitWarning = process.emitWarning.bind(process)

/** A process warning of this library's. */
export const warn = (text: string, code?: string): void =>
  emitWarning(text, { type: 'IoMappingWarning', ...(code && { code }) })
