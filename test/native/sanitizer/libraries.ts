import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, realpathSync } from 'node:fs'

const ELF = '\x7fELF'

/** The compiler's own, such as libasan.so: where it lies. Undefined if it is not installed. */
const library = (name: string): string | undefined => {
  const answer = execFileSync(process.env.CC ?? 'cc', [`-print-file-name=${name}`], {
    encoding: 'utf8',
  }).trim()
  if (!existsSync(answer)) return undefined // a compiler that has none answers the name
  const path = realpathSync(answer)
  const text = readFileSync(path, 'latin1')
  if (text.startsWith(ELF)) return path
  const inside = /(\/\S+\.so[\d.]*)/.exec(text)?.[1] // a linker's script, which names it
  return inside === undefined || !existsSync(inside) ? undefined : realpathSync(inside)
}

/** What must be loaded before all else, in this order; undefined if something is missing. */
export const sanitizerLibraries = (): string[] | undefined => {
  const found = ['libasan.so', 'libubsan.so'].map(library)
  return found.every(path => path !== undefined) ? (found as string[]) : undefined
}
