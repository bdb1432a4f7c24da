import { nextTick } from '../system/host.js'

type Act = () => void

interface Heard {
  readonly acts: Set<Act>
  readonly hear: () => void
}

// one listener for all: Node warns of more than ten at one signal, and a device's interrupts can all end by the same
const heard = new WeakMap<AbortSignal, Heard>()

/**
 * Has `act` called when the signal, which must not be aborted yet, is; once more, if it throws: whoever aborts may do so at the stack's end.
 * Throws what the signal's own methods throw.
 * @returns what ends that. Again, it does nothing
 */
export const onAbort = (signal: AbortSignal, act: Act): (() => void) => {
  const { acts } = heard.get(signal) ?? listen(signal)
  acts.add(act)
  return () => {
    acts.delete(act)
    if (acts.size === 0) unlisten(signal, acts)
  }
}

const listen = (signal: AbortSignal): Heard => {
  const acts = new Set<Act>()
  const hear = () => {
    for (const act of acts) {
      try {
        act()
      } catch {
        nextTick(act)
      }
    }
  }
  signal.addEventListener('abort', hear, { once: true })
  const made = { acts, hear }
  heard.set(signal, made)
  return made
}

const unlisten = (signal: AbortSignal, acts: Set<Act>): void => {
  const last = heard.get(signal)
  if (last?.acts !== acts) return
  heard.delete(signal)
  signal.removeEventListener('abort', last.hear)
}
