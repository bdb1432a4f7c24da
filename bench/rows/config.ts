import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Peer } from '../contestant.js'
import { atLeast, type Entry, NS, type Row, ratio } from '../row.js'

const OURS = 'config.read32'
const C = 'C pread'
const PYTHON = 'Python os.pread'
const SETPCI = 'setpci, a process'

/** A read of the config space of `device`, a PCI address; `c` is the contestant in C. */
export const configRowOf = (
  device: string,
  { c, ...words }: Pick<Row, 'name' | 'title' | 'about'> & { readonly c: Peer },
): Row => {
  const entry = (label: string, peer: Peer, name: string): Entry => ({
    ...{ label, peer, case: name, args: { device } },
  })
  return {
    ...words,
    entries: [
      entry(OURS, 'io-mapping', 'config-read32'),
      entry('config.read16', 'io-mapping', 'config-read16'),
      entry(C, c, 'config'),
      entry(SETPCI, c, 'setpci'),
    ],
    columns: [NS],
    measures: [
      ratio('setpci / config.read32', SETPCI, OURS, atLeast(10)),
      ratio('config.read32 / C pread', OURS, C),
    ],
  }
}

const MADE_UP = '0000:00:00.0'

/** A device as /sys has it, of ordinary files. */
const makeUp = (folder: string): void => {
  const device = join(folder, 'bus/pci/devices', MADE_UP)
  mkdirSync(device, { recursive: true })
  const files = { vendor: '0x1234', device: '0x11e8', class: '0x00ff00', irq: '0', resource: '' }
  for (const [name, text] of Object.entries(files)) writeFileSync(join(device, name), `${text}\n`)
  writeFileSync(join(device, 'config'), Buffer.alloc(256, '3412e811', 'hex'))
}

const anywhere = configRowOf(MADE_UP, {
  name: 'config',
  title: 'Reading config space',
  about:
    'One read of a register that a made-up file holds: what each costs by itself, without a device. setpci is a process for each.',
  c: 'c',
})

export const configRow: Row = {
  ...anywhere,
  entries: [
    ...anywhere.entries,
    { label: PYTHON, peer: 'python', case: 'config', args: { device: MADE_UP } },
  ],
  measures: [...anywhere.measures, ratio('config.read32 / Python os.pread', OURS, PYTHON)],
  folder: makeUp,
}
