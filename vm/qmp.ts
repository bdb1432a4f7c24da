import type { Duplex } from 'node:stream'
import { HostError } from '../host/errors.js'
import { LineSplitter } from './lines.js'

interface Reply {
  id?: number
  event?: string
  data?: Record<string, unknown>
  return?: unknown
  error?: { class: string; desc: string }
}

interface Pending {
  command: string
  resolve(value: unknown): void
  reject(error: Error): void
}

interface Expected {
  name: string
  isIt: (data: Record<string, unknown>) => boolean
  resolve(): void
  reject(error: Error): void
}

/** QEMU's machine protocol: one JSON object a line, in both directions. */
export class Monitor {
  readonly #socket: Duplex
  readonly #pending = new Map<number, Pending>()
  readonly #awaited = new Set<Expected>()
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

  /** The next event of that name with such data: ask for it before the command that brings it about. */
  event(name: string, isIt: (data: Record<string, unknown>) => boolean = () => true): Promise<void> {
    if (!this.#socket.writable) return Promise.reject(gone(name))
    return new Promise((resolve, reject) => this.#awaited.add({ name, isIt, resolve, reject }))
  }

  /** The greeting has no id, and no one waits for it. */
  #receive({ id = 0, event, data = {}, error, ...reply }: Reply): void {
    for (const each of this.#awaited) {
      if (each.name !== event || !each.isIt(data)) continue
      this.#awaited.delete(each)
      each.resolve()
    }
    const pending = this.#pending.get(id)
    this.#pending.delete(id)
    if (error) pending?.reject(new HostError(`QEMU refused ${pending.command}: ${error.desc}`))
    else pending?.resolve(reply.return)
  }

  #abandon(): void {
    for (const { command, reject } of this.#pending.values()) reject(gone(command))
    for (const { name, reject } of this.#awaited) reject(gone(name))
    this.#pending.clear()
    this.#awaited.clear()
  }
}

function gone(command: string): HostError {
  return new HostError(
    `QEMU ended before it could answer ${command}: the guest's command has to wait for that`,
  )
}
