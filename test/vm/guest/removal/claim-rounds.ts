// In the guest: a driver claims a BAR while it is used, and the kernel revokes its mappings; again and again.
// Arguments: rounds; when to listen for SIGBUS; strategies.
import assert from 'node:assert/strict'
import { existsSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { type CreateOptions, IoMapping } from 'io-mapping'
import { nextFault } from '../../../support/next-fault.js'
import { SECTION } from '../../sections.js'
import { vga } from '../machine.js'
import { memoryTypesOf } from '../memory-types.js'
import { type Act, Actor } from './actor.js'
import { Balance } from './balance.js'
import { doMeanwhile, JOBS, throws, typed } from './job.js'
import { type Outcome, Peer } from './peer.js'
import { assertHearing, assertNothingHeard, type Listening, listen, stop } from './sigbus.js'
import { SILENT } from './silent.js'
import { type Name, STRATEGIES } from './strategies.js'
import { USES } from './uses.js'

const [count, listening, ...strategies] = process.argv.slice(2) as [string, Listening, ...Name[]]
const ROUNDS = Number(count)
const ALL = [...JOBS, ...Object.keys(SILENT)]
const FOLDER = '/sys/bus/pci/drivers/bochs-drm'

const { address, bars } = vga()
const bar = bars[0] ?? assert.fail('no BAR 0')
/** The BAR through sysfs; and through /dev/mem, as a range that no BAR holds. */
const APERTURES: [text: string, memoryType: 'uncached' | 'write-combining'][] = [
  [`physical:${bar.base}+${bar.size}`, 'uncached'],
  [`physical:${bar.base}+${bar.size + 4096}`, 'uncached'],
  [`physical:${bar.base}+${bar.size}`, 'write-combining'],
]
const BIND: Act = { write: `${FOLDER}/bind`, text: address }
const UNBIND: Act = { write: `${FOLDER}/unbind`, text: address }
const LOAD: Act = { run: ['modprobe', 'bochs'] }

const actor = new Actor()
const peer = new Peer(actor.state)
let found: Record<string, Record<string, number>> = {}

const tell = (what: string, how: string): void => {
  const kinds = (found[what] ??= {})
  kinds[how] = (kinds[how] ?? 0) + 1
}

/** Where windows are mapped when they are asked for, that may be refused before an access finds that they are gone. */
const checkCode = (strategy: Name, code: string | undefined, message: string): void => {
  const isRefused = code === 'ERR_IO_ACCESS' && strategy !== 'permanent'
  assert.ok(code === 'ERR_IO_FAULT' || isRefused, `${code}: ${message}`)
}

const checkPeer = (strategy: Name, use: string, outcome: Outcome): void => {
  const { code = '', message, faults, event } = outcome
  checkCode(strategy, code, `the peer, ${use}: ${JSON.stringify(outcome)}`)
  if (code === 'ERR_IO_FAULT') {
    assert.ok(faults >= 1)
    assert.equal(event, 'ERR_IO_FAULT', 'its event, in the Worker')
    assert.match(message, new RegExp(`^${USES[use]?.call}: physical|^${USES[use]?.call}: pci`))
  }
  tell('Worker', code)
}

const claim = async (strategy: Name, job: string, mapping: IoMapping, act: Act): Promise<() => void> => {
  const silent = SILENT[job]
  if (silent) {
    const check = silent(mapping, actor, act)
    actor.wait()
    assert.ok(mapping.faults >= 1)
    tell(job, 'ones')
    return check
  }
  const { error } = await doMeanwhile(job, mapping, actor, act)
  assert.ok(error, `${job}: nothing was thrown`)
  checkCode(strategy, error.code, error.message)
  if (error.code === 'ERR_IO_FAULT') {
    const call = USES[job]?.call ?? '(readAsync|writeAsync|createReadStream|createWriteStream)'
    assert.match(error.message, new RegExp(`^${call}: .*went away under an access`))
  }
  tell(job, error.code)
  return () => {}
}

const round = async (index: number, strategy: Name): Promise<void> => {
  const job = ALL[index % ALL.length] ?? assert.fail()
  const [aperture, memoryType] =
    APERTURES[(index + Math.floor(index / ALL.length)) % APERTURES.length] ?? assert.fail()
  const options: CreateOptions = { ...STRATEGIES[strategy], memoryType }
  vga().enable()
  const mapping = IoMapping.create(aperture, options)
  const page = mapping.map(0)
  page.write32(0, index)
  assert.equal(page.read32(0), index)
  const told = nextFault(mapping)

  actor.arm()
  const use = Object.keys(USES)[(index * 2) % 9] ?? ''
  const isShared = index % 2 === 0 && !SILENT[job] // or the Worker's access would find it for this thread, too
  const used = peer.start({ use, from: isShared ? mapping.share() : { aperture, options } })
  // Last: whatever is mapped after it sees to the handler again.
  if (listening === 'each' && index % 2 === 0) listen()
  const check = await claim(strategy, job, mapping, existsSync(FOLDER) ? BIND : LOAD)
  checkPeer(strategy, use, await used)

  if (!SILENT[job]) throws(() => page.read32(0), 'ERR_IO_FAULT')
  const [event] = await told
  typed(event, 'ERR_IO_FAULT')
  assert.ok(mapping.faults >= 1)
  throws(() => page.write32(0, 1), 'ERR_IO_FAULT')
  throws(() => mapping.map(0), 'ERR_IO_FAULT')
  const refused = await mapping.readAsync(0, 4).catch((error: unknown) => error)
  typed(refused, 'ERR_IO_FAULT')
  throws(() => IoMapping.create(aperture, options), 'ERR_IO_ACCESS')
  mapping.free()
  check()
  throws(() => page.read32(0), 'ERR_IO_UNMAPPED')
  assertNothingHeard()
  if (listening === 'each') stop()
  actor.now(UNBIND)
  assert.deepEqual(memoryTypesOf(bar), [], 'the kernel keeps no memory type of what was mapped')
}

/** The driver is not loaded; once it is, it draws no text console, which takes long. */
if (existsSync(FOLDER)) {
  if (existsSync(`${FOLDER}/${address}`)) actor.now(UNBIND)
  actor.now({ run: ['rmmod', 'bochs'] })
}
writeFileSync('/sys/module/drm_kms_helper/parameters/fbdev_emulation', '0')

for (const strategy of strategies) {
  test(`a driver claims what is mapped: ${strategy}, ${ROUNDS} rounds, listening for SIGBUS: ${listening}`, async () => {
    await Promise.all([actor.ready, peer.ready])
    const balance = new Balance()
    found = {}
    for (let index = 0; index < ROUNDS; index++) {
      await round(index, strategy)
      await balance.check()
    }
    balance.checkGrowth()
    if (listening === 'once') await assertHearing()
    console.log(SECTION + JSON.stringify({ what: `claimed, ${strategy}`, rounds: ROUNDS, found }))
  })
}
