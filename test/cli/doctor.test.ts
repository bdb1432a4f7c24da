// `iomap doctor` as a whole: whatever a file says it goes on, how it prints, and the command itself.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, truncateSync } from 'node:fs'
import { describe, test } from 'node:test'
import { stripVTControlCharacters } from 'node:util'
import { apertureChecks } from '../../src/cli/doctor/aperture/checks.js'
import { type Check, examine, type Finding } from '../../src/cli/doctor/check.js'
import { GENERAL } from '../../src/cli/doctor/general.js'
import { formatReport } from '../../src/cli/doctor/report.js'
import { System } from '../../src/cli/doctor/system.js'
import { CARD, FILE_NAMES, GIVEN, MadeUpSystem } from '../support/made-up-system.js'
import { iomap } from './iomap.js'

const STATES = ['ok', 'warning', 'obstacle', 'unknown']
const APERTURES = [`pci:${CARD}/0`, `vfio:${GIVEN}/0`, 'uio:0/0', 'physical:0x60000000+4K', 'memory:1G']

const allOf = (system: System): readonly Check[] => [
  ...GENERAL.flatMap(({ checks }) => checks),
  ...APERTURES.flatMap(text => apertureChecks(text, system).map(({ needed: _, ...check }) => check)),
]

/** All the checks say something, each with what was found, and something to do where it is not well. */
const checkAll = (system: System, what: string): Finding[] => {
  const checks = allOf(system)
  const findings = examine(checks, system)
  assert.equal(findings.length, checks.length, what)
  for (const { state, found, why, check, advice, commands } of findings) {
    assert.ok(STATES.includes(state), `${what}: ${check}`)
    assert.ok(
      found !== '' && why !== '' && !/undefined|NaN|\[object/.test(found),
      `${what}: ${check}: ${found}`,
    )
    if (state === 'warning' || state === 'obstacle')
      assert.ok(advice ?? commands?.[0], `${what}: ${check}: ${found}`)
  }
  return findings
}

const DAMAGE: Record<string, (made: MadeUpSystem, name: string) => void> = {
  'is not there': (made, name) => made.remove(name),
  'is empty': (made, name) => made.write(name, ''),
  'is a folder': (made, name) => {
    made.remove(name)
    made.folder(name)
  },
  'has nonsense': (made, name) =>
    made.write(
      name,
      Uint8Array.from({ length: 999 }, (_, i) => (i * 167) & 0xff),
    ),
  'is huge': (made, name) => truncateSync(made.path(name), 9 * 2 ** 20),
  'is a link that leads in a circle': (made, name) => made.link(name, made.path(name)),
}

describe('it goes on, if a file', () => {
  for (const [damage, apply] of Object.entries(DAMAGE))
    test(damage, () => {
      for (const name of FILE_NAMES) {
        using made = new MadeUpSystem()
        apply(made, name)
        checkAll(made.system(), `${name} ${damage}`)
      }
    })

  test('is a FIFO that nobody writes to', () => {
    for (const name of FILE_NAMES.filter(each => !each.startsWith('/sys/class/') && each !== '/proc/iomem')) {
      using made = new MadeUpSystem()
      made.remove(name)
      execFileSync('mkfifo', [made.path(name)])
      checkAll(made.system(), `${name} is a FIFO`)
    }
  })

  test('of a PCI device is not there', () => {
    for (const name of ['vendor', 'resource', 'config', 'resource0', 'enable', 'class']) {
      using made = new MadeUpSystem()
      made.remove(`/sys/bus/pci/devices/${CARD}/${name}`)
      checkAll(made.system(), name)
    }
  })

  test('is there at all', () => {
    using made = new MadeUpSystem()
    mkdirSync(made.path('/empty'))
    const findings = checkAll(new System(made.path('/empty'), { uid: 0 }), 'nothing')
    const states = new Map(findings.map(({ check, state }) => [check, state]))
    for (const check of ['capabilities', 'locked memory', 'mappings', 'lockdown', 'STRICT_DEVMEM', 'IOMMU'])
      assert.equal(states.get(check), 'unknown', check)
  })
})

test('of a made-up machine on which all is well, all is well', () => {
  using made = new MadeUpSystem()
  const system = made.system()
  const findings = examine(
    GENERAL.flatMap(({ checks }) => checks),
    system,
  )
  assert.deepEqual(
    findings.filter(({ state }) => state !== 'ok'),
    [],
  )
})

describe('the report', () => {
  const findings: Finding[] = [
    { check: 'one', state: 'ok', found: 'fine', why: 'it matters' },
    {
      check: 'another',
      state: 'obstacle',
      found: 'many words '.repeat(20).trim(),
      why: 'it matters '.repeat(20).trim(),
      advice: 'do it',
      commands: [`echo ${'x'.repeat(120)}`, 'sudo npx iomap …'],
    },
    { check: 'a third', state: 'warning', found: 'so so', why: 'it matters', advice: 'do it' },
  ]
  const sections = [{ title: 'All', findings }]

  test('stands in columns, keeps to its width, and keeps commands whole', () => {
    const lines = formatReport(sections, { colours: false }).split('\n')
    assert.equal(lines[1], '  ok        one      fine')
    assert.match(lines[2] ?? '', /^ {2}obstacle {2}another {2}many words/)
    const [long, ...others] = lines.filter(line => line.length > 80)
    assert.deepEqual([long, others], [`${' '.repeat(14)}# echo ${'x'.repeat(120)}`, []])
    assert.ok(lines.includes(`${' '.repeat(14)}$ sudo npx iomap …`))
    assert.ok(lines.includes(`${' '.repeat(14)}do: do it`))
    assert.equal(lines.at(-2), '1 obstacle, 1 warning. Commands behind # are for a shell of root’s.')
  })

  for (const [columns, width] of [
    [40, 60],
    [60, 60],
    [90, 90],
    [300, 100],
  ] as const)
    test(`on ${columns} columns it is ${width} wide`, () => {
      const lines = formatReport(sections, { colours: false, columns }).split('\n')
      const longest = Math.max(...lines.filter(line => !line.includes('xxx')).map(line => line.length))
      assert.ok(longest <= width && longest > width - 11, String(longest))
    })

  test('with colours it is the same, and only states have them', () => {
    const coloured = formatReport(sections, { colours: true })
    assert.equal(stripVTControlCharacters(coloured), formatReport(sections, { colours: false }))
    assert.ok(coloured.includes('\x1b[31mobstacle\x1b[0m'))
  })

  test('of what is well alone, it says so', () => {
    const [first] = findings
    const text = formatReport([{ title: 'All', findings: first ? [first] : [] }], { colours: false })
    assert.equal(text.split('\n').at(-2), 'Nothing stands in the way.')
  })
})

describe('the command', () => {
  test('of this machine, as text and as JSON: the same findings, and the exit code is theirs', async () => {
    const [text, json] = [await iomap(['doctor']), await iomap(['doctor', '--json'])]
    const { aperture, blocked, sections } = JSON.parse(json.stdout)
    const findings: Finding[] = sections.flatMap((each: { findings: Finding[] }) => each.findings)
    assert.equal(aperture, null)
    assert.deepEqual(
      findings.map(({ check }) => check),
      GENERAL.flatMap(({ checks }) => checks.map(({ name }) => name)),
    )
    for (const { check, state } of findings)
      assert.match(text.stdout, new RegExp(`^ {2}${state} +${check.replaceAll(/[/.]/g, '\\$&')} `, 'm'))
    assert.equal(
      blocked,
      findings.some(({ state }) => state === 'obstacle'),
    )
    assert.deepEqual(
      [text.code, json.code, text.stderr, json.stderr],
      [Number(blocked), Number(blocked), '', ''],
    )
    assert.equal(stripVTControlCharacters(text.stdout), text.stdout)
  })

  test('it is wide enough for 80 columns', async () => {
    const { stdout } = await iomap(['doctor'])
    for (const line of stdout.split('\n')) assert.ok(line.length <= 80 || /^ +[#$] /.test(line), line)
  })

  test('of memory: 0; of a file that is not there: 1; of nothing that can be mapped: 2', async () => {
    assert.equal((await iomap(['doctor', 'memory:4K'])).code, 0)
    const missing = await iomap(['doctor', 'file:/nonexistent/card', '--json'])
    assert.deepEqual([missing.code, JSON.parse(missing.stdout).blocked, missing.stderr], [1, true, ''])
    const wrong = await iomap(['doctor', 'disk:4K'])
    assert.deepEqual([wrong.code, wrong.stdout], [2, ''])
    assert.match(wrong.stderr, /^iomap: An aperture is 'disk:4K'; it must be one of memory:.*\n$/)
    assert.equal((await iomap(['doctor', 'pci:card/0'])).code, 2)
    assert.equal((await iomap(['doctor', 'memory:4K', 'memory:8K'])).code, 2)
  })

  test('colours are for a terminal, and not with NO_COLOR', async () => {
    const run = async (env: NodeJS.ProcessEnv) => {
      const words = ['-qec', `${process.execPath} dist/cli/iomap.js doctor memory:4K`, '/dev/null']
      return execFileSync('script', words, {
        env: { ...process.env, TERM: 'xterm', ...env },
        encoding: 'utf8',
      })
    }
    assert.ok((await run({ NO_COLOR: '' })).includes('\x1b[32mok      \x1b[0m'))
    assert.ok(!(await run({ NO_COLOR: '1' })).includes('\x1b['))
  })
})
