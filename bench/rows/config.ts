import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { atLeast, type Entry, NS, type Row, ratio } from '../row.js'

const OURS = 'config.read32'
const C = 'C pread'
const PYTHON = 'Python os.pread'
const SETPCI = 'setpci, a process'

const entriesOf = (device: string): Entry[] =>
  (
    [
      [OURS, 'io-mapping', 'config-read32'],
      ['config.read16', 'io-mapping', 'config-read16'],
      [C, 'c', 'config'],
      [PYTHON, 'python', 'config'],
      [SETPCI, 'c', 'setpci'],
    ] as const
  ).map(([label, peer, name]) => ({ label, peer, case: name, args: { device } }))

/** A read of the config space of `device`, a PCI address. */
export const configRowOf = (device: string, about: string): Row => ({
  name: 'config',
  title: 'Reading config space',
  about,
  entries: entriesOf(device),
  columns: [NS],
  measures: [
    ratio('setpci / config.read32', SETPCI, OURS, atLeast(10)),
    ratio('config.read32 / C pread', OURS, C),
    ratio('Python os.pread / config.read32', PYTHON, OURS),
  ],
})

const MADE_UP = '0000:00:00.0'

/** A device as /sys has it, of ordinary files. */
const makeUp = (folder: string): void => {
  const device = join(folder, 'bus/pci/devices', MADE_UP)
  mkdirSync(device, { recursive: true })
  const files = { vendor: '0x1234', device: '0x11e8', class: '0x00ff00', irq: '0', resource: '' }
  for (const [name, text] of Object.entries(files)) writeFileSync(join(device, name), `${text}\n`)
  writeFileSync(join(device, 'config'), Buffer.alloc(256, '3412e811', 'hex'))
}

export const configRow: Row = {
  ...configRowOf(
    MADE_UP,
    'One read of a register that a made-up file holds: what each costs by itself, without a device. setpci is a process for each.',
  ),
  folder: makeUp,
}
