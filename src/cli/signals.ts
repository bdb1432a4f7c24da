import { constants } from 'node:os'
import { setImmediate } from 'node:timers/promises'
import { Interrupted } from './failure.js'

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** Of the works that go on, one within another; and whether each ends by its signal. */
const works = new Map<AbortController, boolean>()

const interrupt = (name: (typeof SIGNALS)[number]): void => {
  stopListening()
  for (const controller of works.keys()) controller.abort(new Interrupted(128 + constants.signals[name]))
  if (![...works.values()].includes(true)) process.kill(process.pid, name)
}

const stopListening = (): void => {
  for (const name of SIGNALS) process.off(name, interrupt)
}

/**
 * Runs `work`, whose signal is aborted, for the reason Interrupted, by Ctrl-C, SIGTERM, or its terminal's end: it stops where it is and cleans up.
 * A second one ends the process at once. So does the first where `ends` is false, since the work may wait for ever, and has nothing to clean up;
 * unless a work within it ends by it.
 */
export const interruptible = async <T>(
  work: (signal: AbortSignal) => Promise<T>,
  { ends = true }: { readonly ends?: boolean } = {},
): Promise<T> => {
  const controller = new AbortController()
  if (works.size === 0) for (const name of SIGNALS) process.on(name, interrupt)
  works.set(controller, ends)
  try {
    return await work(controller.signal)
  } finally {
    works.delete(controller)
    if (works.size === 0) stopListening()
  }
}

/** Lets a signal be heard amid work that waits for nothing. Throws its reason. */
export const listen = async (signal: AbortSignal): Promise<void> => {
  await setImmediate()
  signal.throwIfAborted()
}
