import type { Row, Scale } from '../row.js'
import { createRow, sizeRow } from './aperture-size.js'
import { configRow } from './config.js'
import { copyRows } from './copies.js'
import { faultRows } from './faults.js'
import { fieldRow } from './fields.js'
import { flatRow } from './flat.js'
import { interruptRow } from './interrupt.js'
import { interruptRows } from './interrupts.js'
import { mapRow } from './map.js'
import { randomRow, slotHitsRow } from './random.js'
import { readRow, writeRow } from './registers.js'
import { startRow } from './start.js'
import { threadRow } from './threads.js'

/** All rows, by the name of their group. */
export const rowGroups = (scale: Scale): Readonly<Record<string, readonly Row[]>> => ({
  map: [mapRow],
  random: [randomRow, slotHitsRow],
  registers: [readRow, writeRow],
  fields: [fieldRow],
  faults: faultRows,
  copies: copyRows,
  interrupts: interruptRows(scale),
  size: [sizeRow(scale), createRow(scale)],
  threads: [threadRow],
  flat: [flatRow(scale)],
  start: [startRow],
  interrupt: [interruptRow],
  config: [configRow],
})
