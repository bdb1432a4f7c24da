// get, set, watch, poll and run by the names of registers, on edu, an NVMe controller and an e1000e; busybox's devmem looks on.
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { pci } from 'io-mapping'
import { FOLDER, iomap, printed } from './run.js'

const EXAMPLES = '/io-mapping/build/examples'
const EDU = `pci:0000:00:03.0/0 --block ${EXAMPLES}/edu/registers.js#EDU`
const NVME = `pci:0000:01:00.0/0 --block ${EXAMPLES}/nvme/registers.js#CONTROLLER`
const E1000E = 'pci:0000:00:06.0/0 --block e1000e.ts#E1000E'

/** What another program reads at a register of a device's first BAR. */
const devmem = async (address: string, offset: number): Promise<number> => {
  const base = pci(address).bar(0).base
  return Number((await printed(`devmem 0x${(base + offset).toString(16)}`)).trim())
}

/** Runs lines by `iomap run`; gives the lines that it prints. */
const runScript = async (...lines: string[]): Promise<string[]> => {
  writeFileSync(join(FOLDER, 'script.iomap'), lines.join('\n'))
  return (await printed('iomap run script.iomap', iomap)).trimEnd().split('\n')
}

/** What `watch` prints, while another process does something as soon as it looks. */
const watched = async (watch: string, meanwhile: string): Promise<string> =>
  await printed(`
    rm -f watched # that of the test before may still be there when it is looked for
    iomap watch ${watch} --for 20s >watched &
    for i in $(seq 200); do [ -s watched ] && break; sleep 0.05; done
    ${meanwhile} >/dev/null && wait $! && cat watched
  `)

test('edu computes, and answers the complement of what it is told', async () => {
  const lines = await runScript(
    `set  ${EDU} LIVENESS=0x12345678 FACTORIAL=10`,
    `poll ${EDU} STATUS.COMPUTING=0 --timeout 10s`,
    `get  ${EDU} FACTORIAL LIVENESS ID.MAGIC`,
  )
  assert.match(lines[2] ?? '', /^EDU\.STATUS\.COMPUTING 0, after /)
  assert.deepEqual(
    lines.slice(3).map(line => line.replace(/ +/g, ' ')),
    ['0x8 EDU.FACTORIAL 0x00375f00', '0x4 EDU.LIVENESS 0xedcba987', '0x0 EDU.ID.MAGIC 0xed'],
  )
  assert.equal(await devmem('0000:00:03.0', 0x8), 3_628_800)
  assert.equal(await devmem('0000:00:03.0', 0x4), 0xedcba987)
})

test('watch sees what another process writes, and ends with the change that it is to end with', async () => {
  const text = await watched(
    `${EDU} LIVENESS STATUS.COMPUTING --interval 2ms --changes 1`,
    'devmem 0xfea00004 32 0xffff0000',
  )
  const lines = text.trimEnd().split('\n')
  assert.equal(lines.length, 3, text)
  assert.match(lines[2] ?? '', / EDU\.LIVENESS {2}0xedcba987 -> 0x0000ffff$/)
})

test('poll of what does not come ends with 3, in a script with its line', async () => {
  const alone = await iomap(`iomap poll ${EDU} STATUS.COMPUTING=1 --timeout 30ms`)
  assert.equal(alone.status, 3)
  assert.match(alone.stderr, /^iomap: STATUS\.COMPUTING=1 is not met after \d+ ms; it reads 0\n$/)
  writeFileSync(join(FOLDER, 'fails.iomap'), `\npoll ${EDU} 0x24!=0 --timeout 30ms\nset ${EDU} LIVENESS=1\n`)
  const script = await iomap('iomap run fails.iomap')
  assert.equal(script.status, 3)
  assert.match(script.stderr, /^iomap: fails\.iomap:2: 0x24!=0 is not met after /)
  assert.equal(await devmem('0000:00:03.0', 0x4), 0x0000ffff, 'the line behind it is not run')
})

test('an NVMe controller stops and starts', async () => {
  const lines = await runScript(
    `get  ${NVME} VERSION.MAJOR VERSION.MINOR CAP_UPPER.NVM_COMMANDS`,
    `set  ${NVME} CONFIGURATION.ENABLE=0`,
    `poll ${NVME} STATUS.READY=0`,
    `get  ${NVME} STATUS.READY`,
    `set  ${NVME} ADMIN_QUEUES=0x000f000f ADMIN_SUBMISSION=0x10000 ADMIN_COMPLETION=0x20000`,
    `set  ${NVME} CONFIGURATION.SUBMISSION_ENTRY=6 CONFIGURATION.COMPLETION_ENTRY=4 CONFIGURATION.ENABLE=1`,
    `poll ${NVME} STATUS.READY=1`,
    `get  ${NVME} STATUS.READY STATUS.FATAL`,
  )
  const told = lines.join('\n')
  assert.match(told, /VERSION\.MAJOR +0x1\n.*VERSION\.MINOR +0x4\n.*NVM_COMMANDS +1\n/)
  assert.match(told, /\nCONTROLLER\.STATUS\.READY 0, after .*\n0\n/)
  assert.match(told, /\nCONTROLLER\.STATUS\.READY 1, after .*\n.*STATUS\.READY +1\n.*STATUS\.FATAL +0$/)
  assert.equal((await devmem('0000:01:00.0', 0x14)) & 0xff0001, 0x460001)
  assert.equal(await devmem('0000:01:00.0', 0x1c), 1)
  await printed(`iomap set ${NVME} CONFIGURATION.ENABLE=0`, iomap)
  assert.equal(await devmem('0000:01:00.0', 0x1c), 0)
})

test('an e1000e tells of an interrupt once, and only when it is asked', async () => {
  const lines = await runScript(
    `get ${E1000E} ICR`,
    `set ${E1000E} ICS.LSC=1`,
    `get ${E1000E}`,
    `get ${E1000E} ICR.LSC`,
    `get ${E1000E} ICR.LSC`,
    `set ${E1000E} ICS.LSC=1 ICS.TXDW=1`,
    `get ${E1000E} ICR.LSC ICR.TXDW`,
    `set ${E1000E} ICS.LSC=1`,
    `watch ${E1000E} ICR --until ICR.LSC=1 --for 0.2s`,
  )
  assert.match(lines.join('\n'), /E1000E\.ICR +skipped: reading it changes the device/)
  const [first, second, , lsc, txdw] = lines.slice(-7)
  assert.deepEqual([first, second], ['1', '0'])
  assert.match(`${lsc}\n${txdw}`, /ICR\.LSC +1\n.*ICR\.TXDW +1$/, 'one read, which clears both')
})

test('watch tells which field of an e1000e’s register changed, in JSON, too', async () => {
  assert.equal((await devmem('0000:00:06.0', 0xd0)) & 4, 0)
  const text = await watched(
    `${E1000E} IMS --interval 2ms --changes 1 --json`,
    `iomap set ${E1000E} IMS.LSC=1`,
  )
  const [, change] = text
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line))
  assert.deepEqual(change.fields, { LSC: { before: false, value: true } }, text)
  assert.equal((await devmem('0000:00:06.0', 0xd0)) & 4, 4)
  await printed(`iomap set ${E1000E} IMC.LSC=1`, iomap)
  assert.equal((await devmem('0000:00:06.0', 0xd0)) & 4, 0)
})
