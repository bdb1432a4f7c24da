import { once } from 'node:events'
import type { IoMapping } from 'io-mapping'

/** The next event; it keeps the test running for a minute, which a listener does not. */
export const nextFault = async (mapping: IoMapping): Promise<unknown[]> => {
  const running = setTimeout(() => {}, 60_000)
  return await once(mapping, 'fault').finally(() => clearTimeout(running))
}
