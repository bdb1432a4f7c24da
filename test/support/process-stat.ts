import { readdirSync, readFileSync } from 'node:fs'

/** What this process takes from the system. */
export interface ProcessStat {
  /** Open file descriptors. */
  readonly descriptors: number
  /** Mappings: the system's limit on them is 65,530 by default. */
  readonly mappings: number
  /** Address space, in MiB. */
  readonly address: number
  /** Memory, in MiB. */
  readonly memory: number
}

const mebibytes = (status: string, key: string) =>
  Math.round(Number(new RegExp(`^${key}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) / 1024)

export const processStat = (): ProcessStat => {
  const status = readFileSync('/proc/self/status', 'latin1')
  return {
    descriptors: readdirSync('/proc/self/fd').length,
    mappings: readFileSync('/proc/self/maps', 'latin1').split('\n').length - 1,
    address: mebibytes(status, 'VmSize'),
    memory: mebibytes(status, 'VmRSS'),
  }
}
