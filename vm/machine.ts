import { type ChildProcess, spawn } from 'node:child_process'
import type { Duplex } from 'node:stream'
import { finished } from 'node:stream/promises'
import { atExit } from '../host/cleanup.js'
import { LineSplitter } from './lines.js'
import type { Qemu } from './qemu.js'
import { Monitor } from './qmp.js'

/** A running QEMU and the lines to it. */
export interface Machine {
  /** The kernel's console. */
  console: Duplex
  /** The terminal of the guest's command. */
  terminal: Duplex
  control: Duplex
  monitor: Monitor
  /** Resolves once QEMU and all its lines have ended. */
  ended: Promise<void>
  kill(): void
}

// Each is a socket that QEMU inherits under the number beside it.
const lines = { console: 3, terminal: 4, control: 5, monitor: 6 } as const

const lineArguments = [
  ...Object.entries(lines).flatMap(([name, number]) => ['-chardev', `socket,id=${name},fd=${number}`]),
  ...['-mon', 'chardev=monitor,mode=control'],
]

/** Starts that QEMU; `onMessage` gets each line that it prints itself. */
export function startMachine(
  [program, ...first]: Qemu,
  args: string[],
  onMessage: (line: string) => void,
): Machine {
  const pipes = ['pipe', 'pipe', 'pipe', 'pipe', 'pipe'] as const
  const child = spawn(program, [...first, ...lineArguments, ...args], {
    stdio: ['ignore', 'ignore', ...pipes],
  })
  const kill = () => void child.kill('SIGKILL')
  const line = (name: keyof typeof lines) => (child.stdio as unknown as Duplex[])[lines[name]] as Duplex
  const all = [line('console'), line('terminal'), line('control'), line('monitor')]
  // QEMU closes them when it ends, at a moment when this side may be writing
  for (const socket of all) socket.on('error', () => {})
  const ends = all.map(socket => finished(socket, { writable: false }).catch(() => {}))
  return {
    console: line('console'),
    terminal: line('terminal'),
    control: line('control'),
    monitor: new Monitor(line('monitor')),
    ended: Promise.all([exited(child, onMessage).finally(atExit(kill)), ...ends]).then(() => {}),
    kill,
  }
}

function exited(child: ChildProcess, onMessage: (line: string) => void): Promise<void> {
  const messages = new LineSplitter(onMessage)
  child.stderr?.on('data', piece => messages.push(piece))
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', () => resolve(messages.end()))
  })
}
