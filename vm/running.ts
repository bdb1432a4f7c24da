import { HostError } from '../host/errors.js'
import type { Machine } from './machine.js'

/** A running guest, as the callbacks of its options see it. */
export class Guest {
  readonly #machine: Machine
  readonly #fail: (error: HostError) => void
  #lineOpen = false

  constructor(machine: Machine, fail: (error: HostError) => void) {
    this.#machine = machine
    this.#fail = fail
  }

  /** A command of QEMU's machine protocol, and what it returns. */
  qmp(command: string, args?: Record<string, unknown>): Promise<unknown> {
    return this.#machine.monitor.execute(command, args)
  }

  /** The next event of QEMU's of that name, about the device `id`. Ask for it before the command that brings it about. */
  deviceEvent(name: string, id: string): Promise<void> {
    return this.#machine.monitor.event(name, ({ device }) => device === id)
  }

  /** Has QEMU write what the guest's screen shows into a PNG file. */
  async screendump(path: string): Promise<void> {
    await this.qmp('screendump', { filename: path, format: 'png' })
  }

  /** A line for the command's standard input. */
  send(line: string): void {
    this.write(`${line}\n`)
  }

  /** Text for the command's standard input (a line of it holds at most 4095 bytes). */
  write(text: string | Buffer): void {
    if (text.length === 0) return
    this.#lineOpen = text.at(-1) !== '\n' && text.at(-1) !== 10
    this.#machine.terminal.write(text)
  }

  /** The end of the command's standard input. */
  end(): void {
    // ^D ends the file at the start of a line; within one it only passes on what is there
    this.#machine.terminal.write(this.#lineOpen ? '\x04\x04' : '\x04')
  }

  /** Ends the guest at once: its run fails with that reason. */
  kill(reason = 'the guest was ended by the host'): void {
    this.#fail(new HostError(reason))
  }
}
