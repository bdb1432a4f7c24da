import { setTimeout as sleep } from 'node:timers/promises'

/** Runs `body`; returns the warnings that the process gave until some turns after it, and that are not printed. */
export const warningsOf = async (body: () => unknown): Promise<Error[]> => {
  const given: Error[] = []
  const listeners = process.listeners('warning')
  process.removeAllListeners('warning')
  process.on('warning', warning => given.push(warning))
  await body()
  await sleep(5)
  process.removeAllListeners('warning')
  for (const each of listeners) process.on('warning', each)
  return given
}
