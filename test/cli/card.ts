// A card that doesn't exist, as a block of a user's own, in a file; and a file in place of its BAR.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export const CARD_MODULE = `import { bit, bits, enumeration, reg16, reg32, registers } from 'io-mapping/registers'

export const CARD = registers({
  CTRL: reg32(0x00, { EN: bit(0), MODE: enumeration(5, 4, { IDLE: 0, RUN: 1, OTHER: 'others' }), DIV: bits(15, 8), KEY: bits(31, 24).wo }),
  STATUS: reg32(0x04, { DONE: bit(0).w1c, BUSY: bit(1).ro }),
  FIFO: reg32(0x08).rx,
  COMMAND: reg16(0x0c, { GO: bit(0), CODE: bits(7, 4) }).wo.reset(0x8000),
  SPARE: reg16(0x0e).array(2),
})
`

/** A folder's card: what names its aperture, and its block. */
export const makeCard = (folder: string) => {
  const path = join(folder, 'card')
  const module = join(folder, 'card.ts')
  writeFileSync(path, Buffer.alloc(0x100))
  writeFileSync(module, CARD_MODULE)
  return {
    path,
    aperture: `file:${path}`,
    block: `${module}#CARD`,
    /** What lies at an offset. */
    word: (offset: number): number => readFileSync(path).readUInt32LE(offset),
    /** The device does something. */
    put: (offset: number, value: number): void => {
      const bytes = readFileSync(path)
      bytes.writeUInt32LE(value, offset)
      writeFileSync(path, bytes, { flag: 'r+' })
    },
  }
}
