import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Ended, runModule } from '../support/child.js'
import { unlessEmulated } from '../support/emulated.js'
import { needs32, needs64 } from '../support/widths.js'

/** Maps 256 MiB whole, again and again until it is refused, frees all, and maps once more. */
const UNTIL_REFUSED = `
  import { IoMapping, memory } from 'io-mapping'
  let kept = []
  let refused
  try {
    while (kept.length < 1000) kept.push(IoMapping.createWc(memory(2 ** 28), { strategy: 'permanent' }))
  } catch ({ name, code, message }) {
    refused = { name, code, message }
  }
  const count = kept.length
  for (const mapping of kept) mapping.free()
  kept = []
  let again = 'none fitted'
  if (count > 0) {
    const mapping = IoMapping.createWc(memory(2 ** 28), { strategy: 'permanent' })
    mapping.map(4096).write8(5, 7)
    again = mapping.map(4096).read8(5)
  }
  console.log(JSON.stringify({ count, refused, again }))`

const check = ({ code, signal, stdout, stderr }: Ended): { count: number; again: unknown } => {
  assert.deepEqual([code, signal], [0, null], stderr)
  const { count, refused, again } = JSON.parse(stdout)
  assert.equal(refused?.name, 'IoMappingError')
  assert.equal(refused.code, 'ERR_IO_ADDRESS_SPACE')
  assert.match(
    refused.message,
    /^No 256M of address space is left .*Free mappings.*ulimit -v.*smaller aperture$/,
  )
  return { count, again }
}

/** In GiB: less than any container takes, more than V8 does meanwhile. */
const TAKEN_MOST = 0.2

describe('ERR_IO_ADDRESS_SPACE', { concurrency: 2 }, () => {
  // Two that hold less than a container of 10 GiB, two that hold some.
  for (const gibibytes of [2, 4, 14, 30]) {
    test(`under ulimit -v of ${gibibytes} GiB: said clearly, and what is freed serves again`, {
      skip:
        needs64('address space for Node under such a limit to be one') ||
        unlessEmulated('it keeps no limit on address space'),
    }, async () => {
      const { count, again } = check(await runModule(UNTIL_REFUSED, { ulimit: `-v ${gibibytes * 2 ** 20}` }))
      assert.ok(count < 150, `${count} were made`)
      if (count > 0) assert.equal(again, 7)
    })
  }

  test('a 32-bit process without a limit: the same', {
    skip: needs32('runs out of address space without one'),
  }, async () => {
    const { count, again } = check(await runModule(UNTIL_REFUSED))
    assert.ok(count > 0 && count < 16, `${count} were made`)
    assert.equal(again, 7)
  })

  test('without a limit, but an aperture that no address space holds: refused before any is taken', async () => {
    // Not by the time that it takes, which says nothing in an emulated processor; the timeout is for what never ends.
    const { code, stdout, stderr } = await runModule(
      `import { readFileSync } from 'node:fs'
      import { IoMapping, memory } from 'io-mapping'
      const most = () => Number(/^VmPeak:\\s+(\\d+) kB$/m.exec(readFileSync('/proc/self/status', 'latin1'))[1])
      const before = most()
      try {
        IoMapping.createWc(memory(2 ** 47), { strategy: 'permanent' })
      } catch ({ name, code }) {
        console.log(name, code)
      }
      const gibibytes = (most() - before) / 2 ** 20
      console.log(gibibytes < ${TAKEN_MOST} ? 'none taken' : gibibytes)
      const mapping = IoMapping.createWc(memory(4096))
      mapping.map(0).write8(0, 7)
      console.log(mapping.map(0).read8(0))`,
      { timeout: 60_000 },
    )
    assert.equal(
      stdout,
      'IoMappingError ERR_IO_ADDRESS_SPACE\nnone taken\n7\n',
      stderr || 'it took more than a minute',
    )
    assert.equal(code, 0)
  })
})
