import type { Duplex } from 'node:stream'
import { HostError } from '../host/errors.js'
import { LineSplitter } from './lines.js'

interface Reply {
  id?: number
  return?: unknown
  error?: { class: string; desc: string }
}

interface Pending {
  command: string
  resolve(value: unknown): void
  reject(error: Error): void
}

/** QEMU's machine protocol: one JSON object a line, in both directions. */
export class Monitor {
  readonly #socket: Duplex
  readonly #pending = new Map<number, Pending>()
  #lastId = 0

  constructor(socket: Duplex) {
    this.#socket = socket
    const lines = new LineSplitter(line => this.#receive(JSON.parse(line)))
    socket.on('data', piece => lines.push(piece as Buffer))
    socket.on('close', () => this.#abandon())
    this.execute('qmp_capabilities').catch(() => {}) // if QEMU is gone, its end is reported elsewhere
  }

  execute(command: string, args: Record<string, unknown> = {}): Promise<unknown> {
    if (!this.#socket.writable) return Promise.reject(gone(command))
    const id = ++this.#lastId
    this.#socket.write(`${JSON.stringify({ execute: command, arguments: args, id })}\n`)
    return new Promise((resolve, reject) => this.#pending.set(id, { command, resolve, reject }))
  }

  /** The greeting and events have no id, and no one waits for them. */
  #receive({ id = 0, error, ...reply }: Reply): void {
    const pending = this.#pending.get(id)
    this.#pending.delete(id)
    if (error) pending?.reject(new HostError(`QEMU refused ${pending.command}: ${error.desc}`))
    else pending?.resolve(reply.return)
  }

  #abandon(): void {
    for (const { command, reject } of this.#pending.values()) reject(gone(command))
    this.#pending.clear()
  }
}

function gone(command: string): HostError {
  return new HostError(
    `QEMU ended before it could answer ${command}: the guest's command has to wait for that`,
  )
}
