// What must not outlive this process (QEMU, temporary folders), however it ends short of SIGKILL.

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
const actions = new Set<() => void>()

function runAll(): void {
  for (const action of actions) {
    try {
      action()
    } catch {
      // the others must still be done
    }
  }
  actions.clear()
}

function onSignal(signal: NodeJS.Signals): void {
  runAll()
  detach()
  // Others who listen have been called as well and decide; otherwise the signal does what it always does.
  if (process.listenerCount(signal) === 0) process.kill(process.pid, signal)
}

function attach(): void {
  process.on('exit', runAll)
  for (const signal of signals) process.on(signal, onSignal)
}

function detach(): void {
  process.off('exit', runAll)
  for (const signal of signals) process.off(signal, onSignal)
}

/** Has `action` (synchronous) done when the process ends; the function returned calls that off. */
export function atExit(action: () => void): () => void {
  if (actions.size === 0) attach()
  actions.add(action)
  return () => {
    if (actions.delete(action) && actions.size === 0) detach()
  }
}
