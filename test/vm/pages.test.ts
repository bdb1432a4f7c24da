// Nothing assumes that a page is 4 KiB: the core's tests on a kernel of arm64's whose pages are of 16 KiB.
import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { findArchitecture } from '../../vm/architectures.js'
import { runGuest, whatIsMissing } from '../../vm/guest.js'
import { ROOT } from '../support/root.js'

/** What these tests take of others. */
const LIBRARIES = ['fast-check', 'pure-rand']

/** What knows of pages. */
const ROOMS = ['container', 'kernel', 'strategies', 'window']

const files = ROOMS.flatMap(room =>
  readdirSync(join(ROOT, 'build/test', room))
    .filter(name => name.endsWith('.test.js'))
    .map(name => `build/test/${room}/${name}`),
)

/** For the guest: the library says what the kernel says. */
const IS_16K = "import('io-mapping').then(({ PAGE_SIZE }) => process.exit(PAGE_SIZE === 16384 ? 0 : 1))"

/** A device that has but a quarter of its page: the guest's program writes this to its serial port. */
const ON_THE_PORT = /^io-mapping on the PL011$/m

const missing = process.env.CI ? undefined : whatIsMissing(findArchitecture('arm64'))
const skip = missing !== undefined && `NOT TESTED: pages of 16 KiB: ${missing}`
if (skip) console.error(`io-mapping: ${skip}`)

test('pages of 16 KiB: the core’s tests', { skip, timeout: 1_560_000 }, async () => {
  const commands = [
    `node -e "${IS_16K}"`,
    'node build/test/vm/guest/serial-port.js',
    `node --test --test-concurrency=2 --test-reporter=tap ${files.join(' ')}`,
  ]
  const { status, output, consoleLog } = await runGuest({
    command: ['sh', '-c', commands.join(' && ')],
    arch: 'arm64',
    kernel: 'trixie-16k',
    node: 24,
    env: { IO_MAPPING_ROUNDS: '2000' },
    copy: Object.fromEntries(
      LIBRARIES.map(name => [`/io-mapping/node_modules/${name}`, join(ROOT, 'node_modules', name)]),
    ),
    append: 'iomem=relaxed', // a driver has the serial port
    memoryMiB: 4096,
    timeoutSeconds: 1500,
  })
  const failed = output.split('\n').filter(line => /^ *not ok /.test(line))
  assert.equal(status, 0, failed.join('\n') || output.slice(-3000))
  assert.ok(Number(/^# pass (\d+)/m.exec(output)?.[1]) > 1300, output.slice(-500))
  assert.match(consoleLog, ON_THE_PORT)
})
