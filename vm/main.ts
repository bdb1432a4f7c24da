// npm run vm -- COMMAND…: runs a command of this project where there are PCI devices to play with.
import { Command, InvalidArgumentError, Option } from 'commander'
import { runProgram } from '../host/errors.js'
import { type ArchitectureName, architectures } from './architectures.js'
import { type GuestResult, HostError, type NodeLine, nodeLines, runGuest } from './guest.js'
import { attachPipe, attachTerminal, escapeName } from './terminal.js'
import { formatTraceEntry } from './trace.js'

interface MainOptions {
  arch?: ArchitectureName
  pages?: string
  node?: NodeLine
  trace?: boolean
  modules?: string[]
  memory: number
  timeout: number
  device?: string[]
}

const examples = `
The guest is an emulated machine with a real Linux kernel, this project in /io-mapping, and these PCI devices:
  0000:00:02.0  standard VGA: BAR0 its memory (prefetchable), BAR2 its registers
  0000:00:03.0  edu: BAR0 (x64: at 0xfea00000) registers, 4 and 8 bytes wide
  0000:00:04.0  nvme: BAR2 a controller memory buffer, of every width
  0000:00:05.0  ivshmem-plain: BAR2 16 MiB of memory, 64-bit and prefetchable

Examples:
  npm run vm                                        a shell in the guest (${escapeName} ends it)
  npm run vm -- iomap list
  npm run vm -- --node 22 node -p process.version
  npm run vm -- --arch arm64 iomap demo
  npm run vm -- --trace devmem 0xfea00000           what the devices saw`

function number(text: string): number {
  const value = Number(text)
  if (text.trim() === '' || !(value >= 0)) throw new InvalidArgumentError('A number is wanted.')
  return value
}

function nodeLine(text: string): NodeLine {
  const line = nodeLines.find(known => String(known) === text)
  if (!line) throw new InvalidArgumentError(`Choose one of ${nodeLines.join(', ')}.`)
  return line
}

async function main(words: string[], options: MainOptions): Promise<void> {
  const shell = words.length === 0
  const tty = Boolean(process.stdin.isTTY && process.stdout.isTTY)
  if (shell && process.stdin.isTTY && !tty) {
    throw new HostError('no command, and no terminal for what a shell prints: npm run vm -- COMMAND…')
  }
  const attach = tty ? attachTerminal : process.stdin.isTTY ? undefined : attachPipe
  let detach = () => {}
  const result = await runGuest({
    command: shell ? ['sh'] : words,
    arch: options.arch,
    pages: options.pages,
    node: options.node,
    trace: options.trace,
    modules: options.modules,
    memoryMiB: options.memory,
    timeoutSeconds: options.timeout,
    devices: options.device?.flatMap(device => ['-device', device]),
    env: tty ? { TERM: process.env.TERM ?? 'vt100' } : {},
    tty,
    onStart:
      attach &&
      (guest => {
        detach = attach(guest)
      }),
    onOutput: piece => void process.stdout.write(piece),
    onProgress: text => console.error(`vm: ${text}`),
  }).finally(() => detach())
  report(result, options)
}

function report({ status, trace }: GuestResult, options: MainOptions): void {
  if (options.trace) console.error(`vm: accesses that the devices saw: ${trace.length}`)
  for (const entry of trace) console.error(formatTraceEntry(entry))
  process.exitCode = status
}

const program = new Command('npm run vm --')
  .description('Runs a command in a QEMU guest with a real kernel and emulated PCI devices.')
  .argument('[command...]', 'the command and its arguments (default: a shell)')
  .addOption(
    new Option('--arch <name>', 'what processor it has').choices(architectures.map(({ name }) => name)),
  )
  .option('--pages <size>', "the size of its kernel's pages: 4k; on arm64 16k, too")
  .option('--node <line>', `the line of Node.js: ${nodeLines.join(', ')}`, nodeLine)
  .option('--trace', 'print the accesses that the devices saw, once the command has ended')
  .option('--modules <names>', 'kernel modules to load first, separated by commas', text => text.split(','))
  .option('--device <device>', "another device, in QEMU's words (repeatable)", (text, all: string[] = []) => [
    ...all,
    text,
  ])
  .option('--memory <mib>', "the guest's memory in MiB", number, 2048)
  .option('--timeout <seconds>', 'end the guest after that long (0: never)', number, 0)
  .addHelpText('after', examples)
  .passThroughOptions()
  .action(main)

await runProgram('vm', async () => {
  await program.parseAsync()
})
