/**
 * Runs `work`, whose signal is aborted by Ctrl-C: it stops at its next chunk and cleans up. A second Ctrl-C ends the
 * process at once.
 */
export const interruptible = async <T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> => {
  const controller = new AbortController()
  const interrupt = () => controller.abort()
  process.once('SIGINT', interrupt)
  try {
    return await work(controller.signal)
  } finally {
    process.off('SIGINT', interrupt)
  }
}
