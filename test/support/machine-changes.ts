// What tests of `iomap doctor` change of a made-up machine.
import { CARD, CONFIG, iomemOf, type MadeUpSystem } from './made-up-system.js'

export type Change = (made: MadeUpSystem) => void

export const write =
  (name: string, content: string | Uint8Array): Change =>
  made =>
    made.write(name, content)
export const remove =
  (...names: string[]): Change =>
  made => {
    for (const name of names) made.remove(name)
  }
export const refuse =
  (name: string, code: string): Change =>
  made =>
    void made.refused.set(name, code)
export const both =
  (...changes: Change[]): Change =>
  made => {
    for (const change of changes) change(made)
  }

/** The card's. */
export const FOLDER = `/sys/bus/pci/devices/${CARD}`

export const STRICT = write(CONFIG, 'CONFIG_DEVMEM=y\nCONFIG_STRICT_DEVMEM=y\nCONFIG_IO_STRICT_DEVMEM=y\n')
/** A driver has the card's memory. */
export const claimed = write('/proc/iomem', iomemOf('bochs'))
export const held = both(claimed, made => made.link(`${FOLDER}/driver`, '../../drivers/bochs'))
/** As others than root see it. */
export const UNTOLD = write('/proc/iomem', '00000000-00000000 : System RAM\n')
export const NO_RIGHTS = write('/proc/self/status', 'CapEff:\t0000000000000000\n')
/** The card's command register. */
export const command = (bits: number): Change => {
  const config = Buffer.alloc(64)
  config.writeUInt16LE(bits, 4)
  return write(`${FOLDER}/config`, config)
}
