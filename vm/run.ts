import { HostError } from '../host/errors.js'
import { PipeInput } from './input.js'
import { LineSplitter } from './lines.js'
import type { Machine } from './machine.js'
import type { GuestOptions } from './options.js'
import { Guest } from './running.js'
import { accessEvents, type Trace, type TraceEntry } from './trace.js'

export interface GuestResult {
  /** The command's exit status; 128 and the signal's number when a signal ended it. */
  status: number
  /** Its standard output and standard error. */
  output: string
  /** The accesses that devices saw while it ran (with the option `trace`). */
  trace: TraceEntry[]
  /** The kernel's console. */
  consoleLog: string
}

/** One guest's run: listens to its lines until it has ended. */
export class Run {
  readonly #options: GuestOptions
  readonly #trace: Trace
  readonly #output: Buffer[] = []
  readonly #console: Buffer[] = []
  readonly #messages: string[] = []
  #ready = false
  #status: number | undefined
  /** The callbacks that are still at work, one after another. */
  #callbacks: Promise<void> = Promise.resolve()

  constructor(options: GuestOptions, trace: Trace) {
    this.#options = options
    this.#trace = trace
  }

  /** A line that QEMU printed: an access, or a complaint. */
  hear(line: string): void {
    if (!this.#trace.hear(line)) this.#messages.push(line)
  }

  async follow(machine: Machine): Promise<GuestResult> {
    const { timeoutSeconds = 120 } = this.#options
    let fail: (error: unknown) => void = () => {}
    const failed = new Promise<never>((_resolve, reject) => {
      fail = reject
    })
    const pipe = new PipeInput(machine)
    const guest = new Guest(machine, this.#options.tty ? machine.terminal : pipe, fail)
    const late = () => fail(this.#explain(`the guest was not done after ${timeoutSeconds} s, its time limit`))
    const timer = timeoutSeconds > 0 ? setTimeout(late, timeoutSeconds * 1000) : undefined
    this.#listen(machine, guest, pipe, fail)
    try {
      await Promise.race([failed, machine.ended.then(() => this.#callbacks)])
    } finally {
      clearTimeout(timer)
      machine.kill()
      await machine.ended.catch(() => {})
    }
    if (this.#status === undefined) throw this.#explain(this.#causeOfDeath())
    return {
      status: this.#status,
      output: Buffer.concat(this.#output).toString(),
      trace: this.#trace.entries,
      consoleLog: this.#consoleLog(),
    }
  }

  #listen(machine: Machine, guest: Guest, pipe: PipeInput, fail: (error: unknown) => void): void {
    const { onLine, onOutput } = this.#options
    const call = (callback: () => void | Promise<void>) => {
      this.#callbacks = this.#callbacks.then(callback).catch(fail)
    }
    const lines = new LineSplitter(line => onLine && call(() => onLine(line, guest)))
    pipe.on('error', fail)
    machine.terminal.on('data', piece => {
      this.#output.push(piece)
      onOutput?.(piece)
      lines.push(piece)
    })
    machine.terminal.on('end', () => lines.end())
    machine.console.on('data', piece => this.#console.push(piece))
    const control = new LineSplitter(line => {
      const [word, rest] = split(line)
      if (word === 'ready') {
        this.#ready = true
        call(() => this.#start(machine, guest))
      } else if (word === 'status') {
        this.#status = Number(rest)
        call(() => this.#finish(machine))
      } else if (word === 'taken') pipe.taken()
      else if (word === 'over') pipe.over()
      else fail(this.#explain(rest))
    })
    machine.control.on('data', piece => control.push(piece))
  }

  /** The guest waits for this line, so that nothing of its command is missed and the boot isn't recorded. */
  async #start(machine: Machine, guest: Guest): Promise<void> {
    await this.#record(machine, true)
    machine.control.write('go\n')
    await this.#options.onStart?.(guest)
  }

  /** So it does here: the callbacks see a guest that is still there, and its shutdown isn't recorded. */
  async #finish(machine: Machine): Promise<void> {
    await this.#record(machine, false)
    machine.control.write('go\n')
  }

  async #record(machine: Machine, enable: boolean): Promise<void> {
    if (!this.#options.trace) return
    for (const name of accessEvents) await machine.monitor.execute('trace-event-set-state', { name, enable })
  }

  #causeOfDeath(): string {
    const panic = /Kernel panic - (.*)/.exec(this.#consoleLog())?.[1]
    if (panic) return `the guest's kernel panicked (${panic})`
    return this.#ready ? "the guest died before its command's end" : 'the guest did not start'
  }

  #consoleLog(): string {
    return Buffer.concat(this.#console).toString().replaceAll('\r', '')
  }

  #explain(reason: string): HostError {
    const parts = [reason]
    const add = (title: string, lines: string[]) => {
      if (lines.length > 0) parts.push(`${title}:`, ...lines.map(line => `  ${line}`))
    }
    const there = (lines: string[]) => lines.filter(line => line.trim() !== '')
    const end = (lines: string[]) => there(lines).slice(-20)
    const messages = there(this.#messages)
    // of an error in a device, it tells the reason first, and then each processor's registers
    add('QEMU said', messages.length > 20 ? [...messages.slice(0, 10), '…', ...messages.slice(-9)] : messages)
    add("the kernel's console ended with", end(this.#consoleLog().split('\n')))
    add("the command's output ended with", end(Buffer.concat(this.#output).toString().split(/\r?\n/)))
    return new HostError(parts.join('\n'))
  }
}

function split(line: string): [string, string] {
  const space = line.indexOf(' ')
  return space < 0 ? [line, ''] : [line.slice(0, space), line.slice(space + 1)]
}
