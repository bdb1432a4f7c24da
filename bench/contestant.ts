import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { join } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import { atExit } from '../host/cleanup.js'
import { LineSplitter } from '../vm/lines.js'
import { peerPrograms, peerSources } from './paths.js'
import { type Answer, type Arguments, formatPrepare, formatRun, parseAnswer } from './protocol.js'

const node = (name: string) => [process.execPath, join(peerPrograms, name)]

const PROGRAMS = {
  'io-mapping': node('io-mapping/peer.js'),
  koffi: node('koffi.js'),
  accessor: node('accessor.js'),
  plain: node('plain.js'),
  start: node('start.js'),
  fio: node('fio.js'),
  c: [join(peerPrograms, 'c')],
  // for where no libraries are, such as the guest
  'c-static': [join(peerPrograms, 'c-static')],
  python: ['python3', join(peerSources, 'python', 'peer.py')],
} as const

export type Peer = keyof typeof PROGRAMS

/** One answer may take that long. */
const PATIENCE_MS = 120_000

/** A process that runs one case of the benchmark. */
export class Contestant implements Disposable {
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>
  readonly #keep: () => void
  #waiting: { resolve: (line: string) => void; reject: (error: Error) => void } | undefined
  #over: Error | undefined
  #complaints = ''

  constructor(peer: Peer) {
    const [command, ...args] = PROGRAMS[peer]
    this.#child = spawn(command as string, args, { stdio: ['pipe', 'pipe', 'pipe'] })
    this.#keep = atExit(() => this.#child.kill('SIGKILL'))
    const lines = new LineSplitter(line => this.#hear(line))
    this.#child.stdout.on('data', piece => lines.push(piece))
    this.#child.stderr.on('data', piece => {
      this.#complaints += piece
    })
    this.#child.stdin.on('error', () => {}) // its end is heard of below
    this.#child.on('error', error => this.#end(new Error(`${command} can't be run: ${error.message}`)))
    this.#child.on('close', (code, signal) => {
      const last = this.#complaints.trim().split('\n').at(-1)
      this.#end(new Error(`it ended with ${signal ?? `status ${code}`}${last ? `: ${last}` : ''}`))
    })
  }

  get pid(): number {
    return this.#child.pid ?? 0
  }

  /** Sets a case up. Throws what the contestant complains of. */
  prepare(name: string, values: Arguments): Promise<Answer> {
    return this.#ask(formatPrepare(name, values))
  }

  /** Runs the case, and gives the numbers that it tells. */
  async run(iterations: number): Promise<Readonly<Record<string, number>> & { readonly ns: number }> {
    const answer = await this.#ask(formatRun(iterations))
    return { ns: Number.NaN, ...Object.fromEntries([...answer].map(([name, text]) => [name, Number(text)])) }
  }

  [Symbol.dispose](): void {
    this.#child.kill('SIGKILL')
  }

  async #ask(line: string): Promise<Answer> {
    if (this.#over) throw this.#over
    const late = setTimeout(() => this.#child.kill('SIGKILL'), PATIENCE_MS)
    try {
      return parseAnswer(
        await new Promise((resolve, reject) => {
          this.#waiting = { resolve, reject }
          this.#child.stdin.write(`${line}\n`)
        }),
      )
    } finally {
      clearTimeout(late)
    }
  }

  #hear(line: string): void {
    this.#waiting?.resolve(line)
    this.#waiting = undefined
  }

  #end(error: Error): void {
    this.#keep()
    this.#over ??= error
    this.#waiting?.reject(this.#over)
    this.#waiting = undefined
  }
}
