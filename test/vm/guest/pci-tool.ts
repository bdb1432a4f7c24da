// In the guest: `iomap list` and `iomap config` beside lspci and setpci, on every device that it has.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { before, test } from 'node:test'
import { type PciDevice, pciDevices } from 'io-mapping'
import { Failure } from '../../../src/cli/failure.js'
import { hexLines as formatBytes, readAll } from '../../../src/cli/pci/dump.js'
import { namesOf } from '../../../src/cli/pci/lookup.js'
import { perform, plan } from '../../../src/cli/pci/perform.js'
import { finderOf } from '../../../src/cli/pci/regions.js'
import { parseRequest } from '../../../src/cli/pci/request.js'
import { compareAll } from './lspci/compare.js'
import { edu } from './machine.js'

/** What a program prints; `user` runs it, without whom root does. */
const run = (words: readonly string[], user?: number) => {
  const [program = '', ...rest] = words
  const as = user === undefined ? {} : { uid: user, gid: user }
  const { status, stdout, stderr } = spawnSync(program, rest, { encoding: 'utf8', maxBuffer: 1 << 26, ...as })
  return { status, stdout, stderr }
}

const printed = (...words: string[]): string => {
  const { status, stdout, stderr } = run(words)
  assert.equal(status, 0, `${words.join(' ')}: ${stderr}`)
  return stdout
}

/** A controller with two virtual functions, which no driver is to take. */
const PHYSICAL = '/sys/bus/pci/devices/0000:02:00.0'
before(() => {
  writeFileSync(`${PHYSICAL}/sriov_drivers_autoprobe`, '0')
  writeFileSync(`${PHYSICAL}/sriov_numvfs`, '2')
  assert.equal(pciDevices().filter(({ address }) => address.startsWith('0000:02:00')).length, 3)
})

test('nothing that lspci -vvv says is missing, and all of it is so', t => {
  const facts = compareAll(
    printed('lspci', '-vvv', '-D'),
    JSON.parse(printed('iomap', 'list', '-v', '--json')),
  )
  t.diagnostic(`${facts} facts`)
  assert.ok(
    pciDevices().some(({ numaNode }) => numaNode === 0),
    'some are near to a node',
  )
  assert.ok(facts > 3500, `${facts} facts`)
})

const hexLines = (text: string): string => text.split('\n').slice(1).join('\n')

test('a dump is what lspci -xxxx prints, on each device', () => {
  for (const { address, config } of pciDevices())
    assert.equal(
      `${formatBytes(readAll(config))}\n`,
      hexLines(printed('lspci', '-xxxx', '-s', address)),
      address,
    )
  const { address } = edu()
  assert.equal(
    hexLines(printed('iomap', 'config', address, '--dump')),
    hexLines(printed('lspci', '-xxxx', '-s', address)),
  )
})

test('lspci takes a dump for the device itself', () => {
  const { address } = edu()
  writeFileSync('/tmp/dump', printed('iomap', 'config', address, '--dump'))
  const controls = (text: string) => /^\tControl: .*\n\tStatus: .*$/m.exec(text)?.[0] ?? assert.fail(text)
  assert.equal(
    controls(printed('lspci', '-F', '/tmp/dump', '-vv')),
    controls(printed('lspci', '-vv', '-s', address)),
  )
})

interface Branch {
  readonly address: string
  readonly children: readonly Branch[]
}

const paths = (all: readonly Branch[], before = ''): string[] =>
  all.flatMap(({ address, children }) => [`${before}${address}`, ...paths(children, `${before}${address}/`)])

test('the tree is that of lspci -PP', () => {
  const theirs = printed('lspci', '-PP', '-D').trim().split('\n')
  assert.deepEqual(
    paths(JSON.parse(printed('iomap', 'list', '-t', '--json'))).sort(),
    theirs.map(line => (line.split(' ')[0] ?? '').replaceAll('/', '/0000:')).sort(),
  )
})

const asked: [filter: string, lspci: string[]][] = [
  ['0000:00', ['-s', '0000:00:']],
  ['02:00.0', ['-s', '02:00.0']],
  ['00.0', ['-s', '0.0']],
  ['1234:11e8', ['-d', '1234:11e8']],
  ['1b36:', ['-d', '1b36:']],
  ['class:0604', ['-d', '::0604']],
]

test('filters choose what those of lspci do', () => {
  for (const [filter, words] of asked) {
    const ours = JSON.parse(printed('iomap', 'list', filter, '--json')) as Branch[]
    const theirs = printed('lspci', '-D', ...words)
      .trim()
      .split('\n')
    assert.deepEqual(
      ours.map(({ address }) => address),
      theirs.map(line => line.split(' ')[0]),
      filter,
    )
  }
})

/** All registers that setpci has a name for. */
const setpciNames = printed('setpci', '--dumpregs')
  .split('\n')
  .flatMap(line => /^ +[0-9a-f]{2} [BWL] (\S+)$/.exec(line)?.[1] ?? [])

const theirs = (device: PciDevice, names: readonly string[]): number[] =>
  printed('setpci', '-s', device.address, ...names)
    .trim()
    .split('\n')
    .map(text => Number.parseInt(text, 16))

const ours = (device: PciDevice, names: readonly string[]): number[] => {
  const finder = finderOf(device)
  return names.map(name => {
    const result = perform(plan(parseRequest(name), finder), device.config, false)
    return result.kind === 'read' ? result.value.raw : assert.fail(`${name} is read`)
  })
}

/** Those that are in this device's header. */
const namesIn = (device: PciDevice): string[] =>
  setpciNames.filter(name => {
    try {
      plan(parseRequest(name), finderOf(device))
      return true
    } catch (error) {
      assert.ok(error instanceof Failure && /is in the header of a/.test(error.message), `${name}: ${error}`)
      return false
    }
  })

/** The words of 32 bits that a capability begins with, in setpci's way of naming them. */
const wordsOf = (device: PciDevice): string[] =>
  finderOf(device)
    .capabilities()
    .flatMap(region => namesOf(region).filter(name => /^E?CAP_/.test(name)))
    .flatMap(name => [`${name}.l@0`, `${name}+4.w@0`])

test('every name of setpci’s reads what setpci reads, on each device', () => {
  assert.ok(setpciNames.length > 60)
  for (const device of pciDevices()) {
    const names = [...namesIn(device), ...wordsOf(device)]
    assert.ok(names.length >= 25, `${device.address}: ${names}`)
    assert.deepEqual(ours(device, names), theirs(device, names), `${device.address}: ${names}`)
  }
})

const read = (device: PciDevice, what: string): string => printed('setpci', '-s', device.address, what).trim()

const iomap = (device: PciDevice, ...words: string[]): string =>
  printed('iomap', 'config', device.address, ...words)

test('what is written is what setpci reads, and the other way', () => {
  const device = edu()
  const before = read(device, 'COMMAND')
  assert.equal(before, '0103')
  assert.equal(
    iomap(device, 'COMMAND.BUS_MASTER=1', 'COMMAND'),
    'wrote 0x0107 at 0x04.w, COMMAND.BUS_MASTER (BUS_MASTER); it was 0x0103\n' +
      '0x04.w  COMMAND  0x0107  IO, MEMORY, BUS_MASTER, SERR\n',
  )
  assert.equal(read(device, 'COMMAND'), '0107')
  iomap(device, 'COMMAND=0x400:0x404')
  assert.equal(read(device, 'COMMAND'), '0503')
  assert.match(iomap(device, 'COMMAND=0', '--dry-run'), /^would write 0x0000 at 0x04\.w, COMMAND\n$/)
  assert.equal(read(device, 'COMMAND'), '0503', 'a dry run writes nothing')
  iomap(device, 'CAP_MSI+4.l=0xfee00000', 'CAP_MSI.DATA=0x1234', '0x3c.b=0x7', 'INTERRUPT_LINE=0xb:0xf')
  assert.equal(read(device, 'CAP_MSI+4.l'), 'fee00000')
  assert.equal(read(device, 'CAP_MSI+c.w'), '1234')
  assert.equal(read(device, 'INTERRUPT_LINE'), '0b')
  printed('setpci', '-s', device.address, `COMMAND=${before}`, 'CAP_MSI+4.l=0', 'CAP_MSI+c.w=0')
  assert.match(iomap(device, 'COMMAND', 'CAP_MSI+0xc'), /COMMAND +0x0103 .*\n.*CAP_MSI\.DATA +0x0000/)
})

test('others than root read the header, and are told of the rest', () => {
  const { address } = edu()
  const nobody = 65534
  const command = (...words: string[]) => run(['iomap', 'config', address, ...words], nobody)
  assert.match(command('COMMAND').stdout, /^0x04\.w {2}COMMAND {2}0x0103/)
  const shown = command()
  assert.equal(shown.status, 1)
  assert.match(shown.stdout, /0x04\.w {2}COMMAND/)
  assert.match(shown.stderr, /^iomap: ERR_IO_ACCESS: .*all but the first 64 bytes to root alone.*\n$/)
  const dump = command('--dump')
  assert.equal(dump.status, 1)
  assert.equal(hexLines(dump.stdout), hexLines(run(['lspci', '-xxxx', '-s', address], nobody).stdout))
  assert.match(dump.stderr, /those from 0x40 on are for root\n$/)
  const write = command('COMMAND=0x103')
  assert.equal(write.status, 1)
  assert.match(write.stderr, /can't be written to: only root may\n$/)
  const list = run(['iomap', 'list', '-v', address], nobody)
  assert.equal(list.status, 0)
  assert.match(list.stdout, /capabilities +.*first 64/s)
})
