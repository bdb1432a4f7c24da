import { readdirSync } from 'node:fs'
import { homedir } from 'node:os'

/** The files and folders whose paths begin so; a folder ends with a slash. */
export const pathsFrom = (current: string): string[] => {
  const before = current.slice(0, current.lastIndexOf('/') + 1)
  try {
    const folder = before === '' ? '.' : before.replace(/^~(?=\/)/, homedir)
    return readdirSync(folder, { withFileTypes: true })
      .filter(({ name }) => !name.startsWith('.') || current.slice(before.length).startsWith('.'))
      .map(entry => `${before}${entry.name}${entry.isDirectory() ? '/' : ''}`)
  } catch {
    return [] // there is no such folder, or no home
  }
}
