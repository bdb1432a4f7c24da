// What lspci -vvv says of each device, fact by fact, beside what iomap list -v --json does.
import assert from 'node:assert/strict'
import { CAPABILITIES } from './capabilities.js'
import { type Listed, linesOf, titleOf } from './device.js'
import { comparePart, type Part, type Said } from './rules.js'
import { type LspciDevice, parseLspci } from './text.js'

interface JsonRegister {
  readonly name: string
  readonly value: number
  readonly fields?: Readonly<Record<string, unknown>>
}

interface JsonRegion {
  readonly name: string
  readonly offset: number
  readonly remarks: readonly string[]
  readonly registers: readonly JsonRegister[]
}

/** As `iomap list -v --json` prints a device. */
export interface JsonDevice extends Listed {
  readonly header: JsonRegion
  readonly capabilities: readonly JsonRegion[]
}

const saidBy = ({ name, registers, remarks }: JsonRegion): Said => {
  const known = new Map<string, unknown>(
    registers.flatMap(({ name: register, value, fields = {} }) => [
      [register, value] as const,
      ...Object.entries(fields).map(([field, each]) => [`${register}.${field}`, each] as const),
    ]),
  )
  const read = (path: string) => known.get(path) ?? assert.fail(`iomap says nothing of ${name} ${path}`)
  return { read, remarks }
}

const compareParts = (
  where: string,
  parts: ReadonlyMap<string, string>,
  rules: Readonly<Record<string, Part>>,
  said: Said,
): number => {
  let facts = 0
  for (const [label, text] of parts) {
    const rule = rules[label] ?? assert.fail(`${where}: lspci has a part '${label}: ${text}'`)
    facts += comparePart(`${where}, ${label}`, text, rule, said)
  }
  return facts
}

const compareDevice = ({ address, title, lines, capabilities }: LspciDevice, ours: JsonDevice): number => {
  const header = saidBy(ours.header)
  let facts = comparePart(`${address}, its title`, title, titleOf(ours), header)
  facts += compareParts(address, lines, linesOf(ours), header)
  assert.deepEqual(
    ours.capabilities.map(({ offset }) => offset),
    capabilities.map(({ offset }) => offset),
    `${address}: capabilities, in the order of their list`,
  )
  for (const [i, { parts }] of capabilities.entries()) {
    const region = ours.capabilities[i] as JsonRegion
    const rules =
      CAPABILITIES[region.name] ?? assert.fail(`${address}: ${region.name} is compared by no rule`)
    facts += compareParts(`${address}, ${region.name}`, parts, rules, saidBy(region))
  }
  return facts
}

/** How many facts there were, all of them equal. */
export const compareAll = (lspci: string, ours: readonly JsonDevice[]): number => {
  const devices = parseLspci(lspci)
  assert.deepEqual(
    ours.map(({ address }) => address),
    devices.map(({ address }) => address),
  )
  return devices.reduce((sum, device, i) => sum + compareDevice(device, ours[i] as JsonDevice), 0)
}
