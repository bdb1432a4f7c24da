// npm run vm -- COMMAND…: runs a command of this project where there are PCI devices to play with.
import { Command, InvalidArgumentError, Option } from 'commander'
import { runProgram } from '../host/errors.js'
import { type ArchitectureName, architectures } from './architectures.js'
import { type GuestResult, HostError, type NodeLine, nodeLines, runGuest } from './guest.js'
import { sharePath } from './share.js'
import { ownDevices } from './slots.js'
import { attachPipe, attachTerminal, escapeName } from './terminal.js'
import { formatTraceEntry } from './trace.js'

interface MainOptions {
  arch?: ArchitectureName
  machine?: string
  iommu?: boolean
  kernel?: string
  node?: NodeLine
  trace?: boolean
  modules?: string[]
  append?: string
  share?: string
  memory: number
  timeout: number
  object?: string[]
  drive?: string[]
  device?: string[]
}

const examples = `
The guest is an emulated machine with a real Linux kernel, this project in /io-mapping, and these PCI devices:
  0000:00:02.0  standard VGA: BAR0 its memory (prefetchable), BAR2 its registers
  0000:00:03.0  edu: BAR0 (x64, pc: at 0xfea00000) registers, 4 and 8 bytes wide
  0000:00:04.0  nvme: BAR2 a controller memory buffer, of every width
  0000:00:05.0  ivshmem-plain: BAR2 16 MiB of memory, 64-bit and prefetchable

--trace shows each access inside the BARs of all PCI devices, in their order, while the command runs; not what is in none
(the machine's timers, interrupt controllers and serial ports, configuration space, a graphics card's old VGA ports), nor
BARs or parts of them that are plain memory to QEMU, nor what the guest itself needs: on arm64 the card of its terminal
(${ownDevices.terminal.slot}), and the device of --share (${ownDevices.share.slot}).

With --iommu each standard device is in an IOMMU group of its own, and the modules of VFIO are loaded. --share is 9p,
without a cache: what is written on one side is there on the other.

Examples:
  npm run vm                                        a shell in the guest (${escapeName} ends it)
  npm run vm -- iomap list
  npm run vm -- --node 22 node -p process.version
  npm run vm -- --arch arm64 iomap demo
  npm run vm -- --trace devmem 0xfea00000           what the devices saw
  npm run vm -- --share . node ${sharePath}/driver.js    edited here, run there
  npm run vm -- --device e1000e --trace iomap read pci:0000:00:06.0/0 0x8
  npm run vm -- --object memory-backend-ram,id=m,size=1M,share=on --device ivshmem-plain,memdev=m iomap list
  npm run vm -- --append hugepages=8 grep Huge /proc/meminfo
  npm run vm -- --iommu                             a shell, where vfio-pci can have a device
  npm run vm -- --kernel trixie uname -r
  echo 'uname -a; iomap list' | npm run vm          a shell reads what is piped to it`

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

function append(text: string, all: string[] = []): string[] {
  return [...all, text]
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
    machine: options.machine,
    iommu: options.iommu,
    kernel: options.kernel,
    node: options.node,
    trace: options.trace,
    modules: options.modules,
    append: options.append,
    share: options.share,
    memoryMiB: options.memory,
    timeoutSeconds: options.timeout,
    devices: qemuKinds.flatMap(kind => options[kind]?.flatMap(text => [`-${kind}`, text]) ?? []),
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
  if (options.trace) console.error(`vm: accesses that the devices saw in their BARs: ${trace.length}`)
  for (const entry of trace) console.error(formatTraceEntry(entry))
  process.exitCode = status
}

/** What is told to QEMU in its own words. */
const qemuKinds = ['object', 'drive', 'device'] as const

const program = new Command('npm run vm --')
  .description('Runs a command in a QEMU guest with a real kernel and emulated PCI devices.')
  .argument('[command...]', 'the command and its arguments (default: a shell)')
  .addOption(
    new Option('--arch <name>', 'what processor it has').choices(architectures.map(({ name }) => name)),
  )
  .option('--machine <name>', 'what machine it is: on x64 pc or q35 (PCI Express), on arm64 virt')
  .option('--iommu', 'with an IOMMU and the modules of VFIO (x64: on a q35)')
  .option(
    '--kernel <name>',
    "which Debian's kernel: bookworm, trixie; on arm64 trixie-16k (16 KiB pages), too",
  )
  .option('--node <line>', `the line of Node.js: ${nodeLines.join(', ')}`, nodeLine)
  .option('--trace', 'print the accesses that the devices saw, once the command has ended')
  .option('--modules <names>', 'kernel modules to load first, separated by commas', text => text.split(','))
  .option('--append <words>', "more words for the kernel's command line")
  .option(
    '--share <folder>',
    `a folder of this machine that the guest has at ${sharePath}, to read and write`,
  )
  .option('--memory <mib>', "the guest's memory in MiB", number, 2048)
  .option('--timeout <seconds>', 'end the guest after that long (0: never)', number, 0)
  .addHelpText('after', examples)
  .passThroughOptions()
  .action(main)

for (const kind of qemuKinds) {
  program.option(`--${kind} <words>`, `another ${kind}, in QEMU's words (repeatable)`, append)
}

await runProgram('vm', async () => {
  // npm runs this in the project's folder: paths are those of where it was called
  process.chdir(process.env.INIT_CWD ?? '.')
  await program.parseAsync()
})
