// npm run bench:guest: rows that need devices, in an emulated machine. docs/performance.md tells what they show.
import { join } from 'node:path'
import { Command } from 'commander'
import { runProgram } from '../../host/errors.js'
import { HostError, runGuest } from '../../vm/guest.js'
import { programFiles } from '../../vm/programs.js'
import { compilePeers, compileStatic } from '../compile.js'
import { describeMachine, machineLines } from '../machine.js'
import { projectRoot } from '../paths.js'
import { writeGuestPage } from '../report/files.js'
import { printRow } from '../report/terminal.js'
import type { RowResult } from '../results.js'
import type { Scale } from '../row.js'
import { driveDevices } from './drives.js'
import { parseFinding } from './findings.js'

const FULL: Scale = { quick: false, rounds: 15, sittings: 3, runMs: 100 }
const QUICK: Scale = { quick: true, rounds: 3, sittings: 1, runMs: 20 }

const built = ['bench', 'host', 'vm'].map(name => join('build', name))

const runRows = async (scale: Scale): Promise<RowResult[]> => {
  const rows: RowResult[] = []
  const { status, output } = await runGuest({
    command: ['node', 'build/bench/guest/inside.js', JSON.stringify(scale)],
    iommu: true,
    append: 'iomem=relaxed', // a thread writes to the device past VFIO
    modules: ['uio_pci_generic', 'nvme'],
    devices: driveDevices(),
    copy: {
      ...Object.fromEntries(built.map(name => [join('/io-mapping', name), join(projectRoot, name)])),
      ...programFiles('setpci'),
      ...programFiles('fio'),
    },
    timeoutSeconds: 900,
    onLine: line => {
      const row = parseFinding(line)
      if (row) rows.push(row)
      console.log(row ? printRow(row, process.stdout.isTTY) : line)
    },
    onProgress: text => console.error(`bench: ${text}`),
  })
  if (status !== 0) throw new HostError(`the guest's program ended with ${status}:\n${output}`)
  return rows
}

const main = async ({ quick = false }: { quick?: boolean }): Promise<void> => {
  compilePeers()
  compileStatic()
  const machine = describeMachine()
  console.log(machineLines(machine).join('\n'))
  const rows = await runRows(quick ? QUICK : FULL)
  if (!quick) writeGuestPage({ machine, rows })
}

const program = new Command('npm run bench:guest --')
  .description('Measures the driver kit beside C, on devices of an emulated machine, in interleaved rounds.')
  .option('--quick', 'a try: fewer, shorter rounds; prints, and writes nothing')
  .addHelpText('after', '\nA full run takes some minutes, and writes its figures into docs/performance.md.')
  .action(main)

await runProgram('bench', async () => {
  await program.parseAsync()
})
