import { readFileSync } from 'node:fs'

/** Linux counts them in hundredths of a second, whatever its own clock does. */
const TICK_NS = 10_000_000

/** From the text of /proc/PID/stat: how long its threads have run, those that ended included, in ns. */
export const parseCpuTime = (text: string): number => {
  // the name in parentheses may hold spaces and parentheses itself
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) * TICK_NS
}

export const readCpuTime = (pid: number): number => parseCpuTime(readFileSync(`/proc/${pid}/stat`, 'latin1'))
