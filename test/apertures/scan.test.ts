// A device that goes, or that says nonsense, while all are looked through, hides no other.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { PAGE_SIZE } from 'io-mapping'
import { withPciDevices } from '../support/namespaces.js'
import { ROOT } from '../support/root.js'
import { FAKE_BUS, FakeSysfs, PREFETCHABLE_BAR } from '../support/sysfs.js'

const WHOLE = '0000:00:04.0'
const GONE = '0000:00:05.0'

test('a PCI device that is half gone: the others are found and listed', async t => {
  using sysfs = new FakeSysfs()
  for (const [i, address] of [WHOLE, GONE].entries()) {
    const bar = { base: FAKE_BUS + i * PAGE_SIZE, size: PAGE_SIZE, flags: PREFETCHABLE_BAR }
    sysfs.add(address, { bars: { 0: bar }, resources: { resource0: PAGE_SIZE } })
  }
  rmSync(sysfs.path(GONE, 'resource'))
  await withPciDevices(t, sysfs.path(''), async within => {
    const run = (...words: string[]) => {
      const [program = '', ...before] = [...within, process.execPath]
      return spawnSync(program, [...before, ...words], { cwd: ROOT, encoding: 'utf8' })
    }
    const find = `
      import { iomem, memory, physical } from 'io-mapping'
      const own = memory(${PAGE_SIZE})
      iomem.add(own)
      const found = [iomem.find(${FAKE_BUS}, 16), physical(${FAKE_BUS}, 16), physical(0x1000, 16), iomem.find(own.base, 1)]
      console.log(found.map(({ name }) => name).join(', '))`
    const { stdout, stderr } = run('--input-type=module', '--eval', find)
    assert.equal(stdout, `pci:${WHOLE}/0, pci:${WHOLE}/0 at 0x0, physical:0x1000+0x10, memory:4K\n`, stderr)

    const listed = run(join(ROOT, 'dist/cli/iomap.js'), 'list', '--json')
    assert.deepEqual(
      JSON.parse(listed.stdout).map(({ address }: { address: string }) => address),
      [WHOLE],
    )
    assert.match(
      listed.stderr,
      new RegExp(`^iomap: ERR_IO_NO_APERTURE: The resource of pci:${GONE} can't be read`),
    )
    assert.equal(listed.status, 1, 'it says that it is not all')
  })
})
