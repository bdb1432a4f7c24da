// A process that runs the command again and again, and sends what it has printed: starting Node each time takes most of the time in an
// emulated guest.
import { splitWords } from '../../../../src/cli/typed/script-words.js'
import type { Ran } from './run.js'

/** As it is built: each evaluation runs it once. */
const IOMAP = new URL('../../../../../dist/cli/iomap.js', import.meta.url).href

const printed = { stdout: '', stderr: '' }

for (const name of ['stdout', 'stderr'] as const)
  process[name].write = (piece: string | Uint8Array): boolean => {
    printed[name] += typeof piece === 'string' ? piece : Buffer.from(piece).toString()
    return true
  }
process.stdout.setMaxListeners(0) // each run leaves one, for a process of its own

let runs = 0

const answer = async (line: string): Promise<Ran> => {
  Object.assign(printed, { stdout: '', stderr: '' })
  process.exitCode = 0
  process.argv = [process.execPath, ...splitWords(line)]
  await import(`${IOMAP}?${runs++}`)
  return { status: Number(process.exitCode), ...printed }
}

process.on('message', async (line: string) => process.send?.(await answer(line)))
