import { setImmediate, setTimeout } from 'node:timers/promises'

/**
 * Turns of a loop, one every `interval` milliseconds (0: as fast as can be) as long as `most`, and one more when that is over; each is how many
 * milliseconds have passed. Throws the signal's reason.
 */
export async function* ticks(interval: number, most: number, signal: AbortSignal): AsyncGenerator<number> {
  const start = performance.now()
  const passed = () => performance.now() - start
  for (let turn = 1; ; turn++) {
    signal.throwIfAborted()
    const now = passed()
    yield now
    if (now >= most) return
    const wait = Math.min(start + turn * interval, start + most) - performance.now()
    // What takes longer than its interval goes on at once, and makes nothing up.
    await (wait > 0 ? setTimeout(wait, undefined, { signal }) : setImmediate(undefined, { signal })).catch(
      () => {},
    )
  }
}
