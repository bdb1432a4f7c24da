import type { Writable } from 'node:stream'
import { HostError } from '../host/errors.js'
import type { Machine } from './machine.js'

/** A running guest, as the callbacks of its options see it. */
export class Guest {
  readonly #machine: Machine
  readonly #fail: (error: HostError) => void
  /** The command's standard input. */
  readonly input: Writable

  constructor(machine: Machine, input: Writable, fail: (error: HostError) => void) {
    this.#machine = machine
    this.input = input
    this.#fail = fail
  }

  /** A command of QEMU's machine protocol, and what it returns. */
  qmp(command: string, args?: Record<string, unknown>): Promise<unknown> {
    return this.#machine.monitor.execute(command, args)
  }

  /** Has QEMU write what the guest's screen shows into a PNG file. */
  async screendump(path: string): Promise<void> {
    await this.qmp('screendump', { filename: path, format: 'png' })
  }

  /** A line for the command's standard input. */
  send(line: string): void {
    this.input.write(`${line}\n`)
  }

  /** Ends the guest at once: its run fails with that reason. */
  kill(reason = 'the guest was ended by the host'): void {
    this.#fail(new HostError(reason))
  }
}
