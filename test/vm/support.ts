import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { type NodeLine, nodeLines } from '../../vm/guest.js'

/** The oldest and the newest; `npm run test:all` asks for all. */
const lines =
  process.env.IO_MAPPING_NODE_LINES === 'all'
    ? nodeLines
    : [nodeLines[0], nodeLines[nodeLines.length - 1] as NodeLine]

/** Defines tests for lines of Node that need QEMU. Without it they are skipped, and say so; under CI they fail. */
export const guestTests = (what: string, define: (line: NodeLine) => void): void => {
  const missing = spawnSync('qemu-system-x86_64', ['--version']).error !== undefined
  if (!missing || process.env.CI) {
    for (const line of lines) define(line)
    return
  }
  const why = `NOT TESTED: ${what} needs QEMU (Debian: apt-get install qemu-system-x86)`
  console.error(`io-mapping: ${why}`)
  test(what, { skip: why })
}
