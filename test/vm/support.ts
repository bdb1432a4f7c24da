import { test } from 'node:test'
import { architectures } from '../../vm/architectures.js'
import { type ArchitectureName, type NodeLine, nodeLines, whatIsMissing } from '../../vm/guest.js'

/** What a guest's tests run on. */
export interface Target {
  readonly arch: ArchitectureName
  readonly line: NodeLine
  /** Both, for the names of tests. */
  readonly name: string
}

/** The oldest and the newest line of Node, and one between them; `npm run test:all` asks for all on each. */
const usual: Record<ArchitectureName, readonly NodeLine[]> = { x64: [20, 26], arm64: [24] }
const linesOf = (arch: ArchitectureName): readonly NodeLine[] =>
  process.env.IO_MAPPING_NODE_LINES === 'all' ? nodeLines : usual[arch]

/** Defines tests for guests, which need QEMU. Without it they are skipped, and say so; under CI they fail. */
export const machineTests = (what: string, define: (arch: ArchitectureName) => void): void => {
  for (const architecture of architectures) {
    const { name: arch } = architecture
    const missing = whatIsMissing(architecture)
    if (missing === undefined || process.env.CI) {
      define(arch)
      continue
    }
    const why = `NOT TESTED: ${what} on ${missing}`
    console.error(`io-mapping: ${why}`)
    test(`${arch}: ${what}`, { skip: why })
  }
}

/** The same, for each line of Node. */
export const guestTests = (what: string, define: (target: Target) => void): void =>
  machineTests(what, arch => {
    for (const line of linesOf(arch)) define({ arch, line, name: `${arch}, Node ${line}` })
  })
