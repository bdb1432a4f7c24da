// What `iomap doctor` says in the guest, what happens when one tries, and what its remedies do.
import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { closeSync, openSync, writeSync } from 'node:fs'
import type { PciDevice } from 'io-mapping'

export interface Finding {
  readonly check: string
  readonly state: string
  readonly found: string
  readonly advice?: string
  readonly commands?: readonly string[]
}

export interface Report {
  readonly code: number | null
  readonly findings: readonly Finding[]
  /** The names of what is not well. */
  readonly bad: readonly string[]
}

export const USER = { uid: 1000, gid: 1000 }
type Who = typeof USER | undefined

const run = (words: readonly string[], who: Who) => {
  const { status, stdout, stderr } = spawnSync('iomap', words, { ...who, encoding: 'utf8' })
  return { code: status, stdout, stderr }
}

/** What the doctor says, as root or another; a text form, or nothing. */
export const doctor = (text?: string, who?: Who): Report => {
  const { code, stdout, stderr } = run(['doctor', ...(text === undefined ? [] : [text]), '--json'], who)
  assert.equal(stderr, '')
  const { sections, blocked } = JSON.parse(stdout) as {
    sections: { findings: Finding[] }[]
    blocked: boolean
  }
  const findings = sections.flatMap(each => each.findings)
  const obstacles = findings.filter(({ state }) => state === 'obstacle')
  assert.deepEqual([code, blocked], obstacles.length > 0 ? [1, true] : [0, false])
  return { code, findings, bad: obstacles.map(({ check }) => check) }
}

export const finding = ({ findings }: Report, check: string): Finding =>
  findings.find(each => each.check === check) ?? assert.fail(`no ${check}`)

/** Types what the doctor says is to be typed. */
export const obey = ({ commands = [] }: Finding): void => {
  assert.ok(commands.length > 0, 'nothing is to be typed')
  for (const command of commands) execFileSync('sh', ['-ec', command])
}

export const read = (text: string, who?: Who) => run(['read', text, '0'], who)

/** Says of `text` that just `check` stands in the way, and is right; what it says to type puts that out of the way. */
export const mended = (text: string, check: string, found: RegExp, refusal: RegExp, who?: Who): void => {
  const report = doctor(text, who)
  assert.deepEqual(report.bad, [check])
  assert.match(finding(report, check).found, found)
  const refused = read(text, who)
  assert.equal(refused.code, 1, refused.stdout)
  assert.match(refused.stderr, refusal)
  obey(finding(report, check))
  assert.deepEqual(doctor(text, who).bad, [])
  assert.deepEqual({ code: 0, stderr: '', stdout: read(text, who).stdout }, read(text, who))
}

export const barOf = (device: PciDevice, bar = 0) => `pci:${device.address}/${bar}`

export const disable = ({ address }: PciDevice): void => {
  const config = openSync(`/sys/bus/pci/devices/${address}/config`, 'r+')
  writeSync(config, new Uint8Array(2), 0, 2, 4)
  closeSync(config)
}
