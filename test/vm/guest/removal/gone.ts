// In the guest: a PCI device is unplugged, or removed in sysfs, while it is used, and comes back; again and again.
// Argument: rounds.
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { test } from 'node:test'
import { type CreateOptions, IoMapping, PAGE_SIZE, parseAperture, pci } from 'io-mapping'
import { SECTION } from '../../sections.js'
import { IS_X86 } from '../memory-types.js'
import { type Act, Actor, pause } from './actor.js'
import { Balance } from './balance.js'
import { doMeanwhile, JOBS, throws } from './job.js'
import { type Outcome, Peer } from './peer.js'
import { NAMES, STRATEGIES } from './strategies.js'

const ROUNDS = Number(process.argv[2])
/** The card of test/vm/card.ts. */
const ADDRESS = '0000:01:00.0'
const FOLDER = `/sys/bus/pci/devices/${ADDRESS}`
const APERTURE = `pci:${ADDRESS}/2`

/** How it goes, how it comes back, and whether a mapping of it goes on working in between. */
interface Way {
  readonly take: Act
  readonly give: Act
  readonly works: boolean
}

const WAYS: Readonly<Record<string, Way>> = {
  unplugged: { take: { host: '@unplug' }, give: { host: '@plug' }, works: false },
  'removed in sysfs': {
    take: { write: `${FOLDER}/remove`, text: '1' },
    give: { write: '/sys/bus/pci/rescan', text: '1' },
    works: true,
  },
}

/** What a place reads where no device is any more: on real hardware mostly ones. */
const NOBODY = IS_X86 ? 0 : 0xffffffff

const actor = new Actor()
const peer = new Peer(actor.state)
/** Waits for the device's files: the kernel may take its time with what it was told of. */
const appear = (): void => {
  for (let i = 0; i < 2000 && !existsSync(`${FOLDER}/resource2_wc`); i++) pause(5)
  pci(ADDRESS).enable()
}

/** New windows can't be had of a device that is gone, by strategies that map them when they are asked for. */
const checkError = (
  strategy: string,
  ended: { code?: string | undefined; message: string } | undefined,
): number => {
  if (!ended?.code) return 0
  assert.equal(ended.code, 'ERR_IO_ACCESS', ended.message)
  assert.match(ended.message, /ENODEV/)
  assert.notEqual(strategy, 'permanent', ended.message)
  return 1
}

const round = async (
  index: number,
  { take, give, works }: Way,
): Promise<{ steps: number; refused: number }> => {
  const strategy = NAMES[index % NAMES.length] ?? assert.fail()
  const job = JOBS[index % JOBS.length] ?? assert.fail()
  const options: CreateOptions = STRATEGIES[strategy]
  const aperture = parseAperture(APERTURE)
  const device = pci(ADDRESS)
  const mapping = IoMapping.create(aperture, options)
  const page = mapping.map(0)
  page.write32(0, index + 1)

  actor.arm()
  const from = index % 2 === 0 ? { aperture: APERTURE, options } : mapping.share()
  const used = peer.start({ use: JOBS[(index * 2) % 9] ?? '', from })
  const ended = await doMeanwhile(job, mapping, actor, take)
  const others: Outcome = await used
  if (ended.error) assert.match(ended.error.message, /the device was removed/)
  const refused = checkError(strategy, ended.error) + checkError(strategy, others)
  assert.deepEqual([mapping.faults, others.faults], [0, 0], 'no signal')

  assert.equal(existsSync(FOLDER), false)
  page.write32(0, 0xdead0000 + index)
  for (const at of [0, 8, PAGE_SIZE - 4]) page.read32(at)
  assert.equal(page.read32(0), works ? 0xdead0000 + index : NOBODY)
  throws(() => IoMapping.create(aperture, options), 'ERR_IO_NO_APERTURE', 'ERR_IO_ACCESS')
  throws(() => IoMapping.create(APERTURE, options), 'ERR_IO_NO_APERTURE', 'ERR_IO_ACCESS')
  assert.match(throws(() => device.enable(), 'ERR_IO_NO_APERTURE').message, /was it removed/)
  if (index % 2 === 0) mapping.free()

  actor.now(give)
  appear()
  if (!mapping.stats.live) throws(() => page.read32(0), 'ERR_IO_UNMAPPED')
  else page.read32(0)
  using again = IoMapping.create(APERTURE, options)
  const seen = again.atomic(0, first => first.read32(0))
  assert.equal(seen, works ? 0xdead0000 + index : index + 1, 'what was written before it went, or meanwhile')
  mapping.free()
  return { steps: ended.steps + others.steps, refused }
}

for (const [what, way] of Object.entries(WAYS)) {
  test(`${what}: ${ROUNDS} rounds`, async () => {
    appear()
    await Promise.all([actor.ready, peer.ready])
    const balance = new Balance()
    let steps = 0
    let refused = 0
    for (let index = 0; index < ROUNDS; index++) {
      const result = await round(index, way)
      steps += result.steps
      refused += result.refused
      await balance.check()
    }
    balance.checkGrowth()
    console.log(SECTION + JSON.stringify({ what, rounds: ROUNDS, steps, refused }))
  })
}
