import { execFile } from 'node:child_process'
import { TempFolder } from './files.js'
import { BUILD } from './root.js'

export interface ChildOptions {
  /** For Node itself. */
  flags?: readonly string[]
  /** For the program, after its name. */
  args?: readonly string[]
  /** As the shell's ulimit takes it: '-v 4194304'. */
  ulimit?: string
  /** What is put before the whole command: WITHOUT_PROC's. */
  within?: readonly string[]
  cwd?: string
  /** On top of this process's own. */
  env?: Readonly<Record<string, string>>
  /** In milliseconds; it is killed then. Default: 5 minutes. */
  timeout?: number
}

export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

const TIMEOUT = 300_000

/** On QEMU's processor, what its emulator says when a program ends by a signal; the program itself said nothing. */
const EMULATOR = /^qemu: uncaught target signal .*\n/gm

const run = (program: readonly string[], options: ChildOptions) => {
  const { flags = [], args = [], ulimit, within = [], cwd = BUILD, env = {}, timeout = TIMEOUT } = options
  const command = [...within, process.execPath, ...flags, ...program, ...args]
  const limited =
    ulimit === undefined ? command : ['sh', '-c', `ulimit ${ulimit} && exec "$@"`, 'sh', ...command]
  const [file = '', ...rest] = limited
  return new Promise<Ended>(resolve => {
    const folder = new TempFolder() // what it leaves there when it is killed goes with it
    const settings = {
      ...{ cwd, timeout, env: { ...process.env, TMPDIR: folder.path, ...env } },
      ...({ killSignal: 'SIGKILL', maxBuffer: 2 ** 26 } as const),
    }
    const child = execFile(file, rest, settings, (_error, stdout, stderr) => {
      folder[Symbol.dispose]()
      resolve({
        code: child.exitCode,
        signal: child.signalCode,
        stdout,
        stderr: stderr.replace(EMULATOR, ''),
      })
    })
  })
}

/** Runs a module's text in a Node of its own, where 'io-mapping' is this package. */
export const runModule = (text: string, options: ChildOptions = {}): Promise<Ended> =>
  run(['--input-type=module', '--eval', text], options)

/** Runs a file in a Node of its own. */
export const runFile = (path: string, options: ChildOptions = {}): Promise<Ended> => run([path], options)
