import { constants } from 'node:os'
import { setImmediate } from 'node:timers/promises'
import { Interrupted } from './failure.js'

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/**
 * Runs `work`, whose signal is aborted, for the reason Interrupted, by Ctrl-C, SIGTERM, or its terminal's end: it stops where it is and cleans up.
 * A second one ends the process at once.
 */
export const interruptible = async <T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> => {
  const controller = new AbortController()
  const interrupt = (name: (typeof SIGNALS)[number]) => {
    stopListening()
    controller.abort(new Interrupted(128 + constants.signals[name]))
  }
  const stopListening = () => {
    for (const name of SIGNALS) process.off(name, interrupt)
  }
  for (const name of SIGNALS) process.on(name, interrupt)
  try {
    return await work(controller.signal)
  } finally {
    stopListening()
  }
}

/** Lets a signal be heard amid work that waits for nothing. Throws its reason. */
export const listen = async (signal: AbortSignal): Promise<void> => {
  await setImmediate()
  signal.throwIfAborted()
}
