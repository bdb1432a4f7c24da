// What bench/guest/main.ts runs in the guest: the rows that need devices.
import { bind } from '../../test/vm/guest/kit/binding.js'
import { slots } from '../../vm/slots.js'
import type { Scale } from '../row.js'
import { guestRows } from '../rows/guest.js'
import { runRow } from '../run-row.js'
import { SequenceFiles } from '../sequences.js'
import { drives } from './drives.js'
import { formatFinding } from './findings.js'

const scale = JSON.parse(process.argv[2] ?? '') as Scale

using files = new SequenceFiles()
for (const { binds, row } of guestRows({ edu: slots.edu, drives })) {
  for (const [address, driver] of binds) bind(address, driver)
  console.log(`${row.title}…`)
  console.log(formatFinding(await runRow(row, scale, files, () => {})))
}
