// How sysfs tells what there is: by the names in a folder, and by where links lead.
import { readdirSync, readlinkSync } from 'node:fs'
import { basename } from 'node:path'

/** The names in a folder; none where it is not there. */
export const namesIn = (folder: string): string[] => {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

/** The numbers of those that are called `prefix` and a number, in order. */
export const numbersIn = (folder: string, prefix: string): number[] =>
  namesIn(folder)
    .filter(name => name.startsWith(prefix) && /^[0-9]+$/.test(name.slice(prefix.length)))
    .map(name => Number(name.slice(prefix.length)))
    .sort((a, b) => a - b)

/** The name of what a link leads to, such as a device's driver; undefined where there is none. */
export const linkedName = (link: string): string | undefined => {
  try {
    return basename(readlinkSync(link))
  } catch {
    return undefined // there is none, perhaps this moment
  }
}
