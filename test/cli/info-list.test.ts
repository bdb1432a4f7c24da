import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { deviceTreeNodes, iomem, pciDevices } from 'io-mapping'
import { withPciDevices } from '../support/namespaces.js'
import { ROOT } from '../support/root.js'
import { iomap, temporaryFolder } from './iomap.js'

test('info of memory', async () => {
  assert.deepEqual(await iomap(['info', 'memory:256M']), {
    code: 0,
    stdout:
      'name          memory:256M\n' +
      'bus address   none: it is not on a bus\n' +
      'size          0x10000000 (268435456 bytes, 256.0 MiB)\n' +
      'memory types  write-back\n',
    stderr: '',
  })
})

for (const [size, told] of [
  ['8', '0x8 (8 bytes)'],
  ['4K', '0x1000 (4096 bytes, 4.0 KiB)'],
  ['5000', '0x1388 (5000 bytes, 4.9 KiB)'],
  ['0xfffff', '0xfffff (1048575 bytes, 1.0 MiB)'],
] as const) {
  test(`info tells a size in the unit that fits it: ${size}`, async () => {
    const { stdout } = await iomap(['info', `memory:${size}`])
    assert.equal(/^size +(.*)$/m.exec(stdout)?.[1], told)
  })
}

test('info of a file, as JSON', async () => {
  const path = join(temporaryFolder(), 'card')
  writeFileSync(path, new Uint8Array(5000))
  const { code, stdout } = await iomap(['info', `file:${path}`, '--json'])
  assert.equal(code, 0)
  assert.deepEqual(JSON.parse(stdout), {
    name: `file:${path}`,
    base: null,
    size: 5000,
    memoryTypes: ['write-back'],
  })
})

test('list --json has every device', async () => {
  const { code, stdout } = await iomap(['list', '--json'])
  assert.equal(code, 0)
  assert.deepEqual(
    JSON.parse(stdout).map((each: { address?: string; path?: string }) => each.address ?? each.path),
    [...pciDevices().map(({ address }) => address), ...deviceTreeNodes().map(({ path }) => path)],
  )
})

test('list names every device, or says that there is none', async () => {
  const { code, stdout } = await iomap(['list'])
  assert.equal(code, 0)
  const addresses = pciDevices().map(({ address }) => address)
  for (const address of addresses) assert.match(stdout, new RegExp(`^${address} {2}\\S.*: .*driver`, 'm'))
  const paths = deviceTreeNodes().map(({ path }) => path)
  for (const path of paths) assert.match(stdout, new RegExp(`^${path} {2}\\S`, 'm'))
  if (addresses.length + paths.length === 0) assert.match(stdout, /^No PCI devices here/)
})

test('list --resources is the kernel’s tree, or says who may see it', async () => {
  const { code, stdout, stderr } = await iomap(['list', '--resources'])
  const told = (): readonly string[] => iomem.resources().map(({ name }) => name)
  try {
    for (const name of told()) assert.ok(stdout.includes(`  ${name}\n`), `no ${name} in ${stdout}`)
    assert.equal(code, 0)
  } catch (error) {
    if ((error as { code?: string }).code !== 'ERR_IO_ACCESS') throw error
    assert.deepEqual([code, stderr.split('\n').length], [1, 2])
    assert.match(stderr, /\/proc\/iomem/)
  }
})

test('a device that can not be read is not none', async t => {
  const devices = temporaryFolder()
  mkdirSync(join(devices, '0000:00:03.0'))
  await withPciDevices(t, devices, async ([program = '', ...within]) => {
    for (const words of [[], ['--tree'], ['--verbose']]) {
      const command = [process.execPath, join(ROOT, 'dist/cli/iomap.js'), 'list', ...words]
      const { stdout, stderr, status } = spawnSync(program, [...within, ...command], { encoding: 'utf8' })
      assert.match(stderr, /^iomap: ERR_IO_NO_APERTURE: The class of pci:0000:00:03\.0 can't be read/)
      assert.deepEqual([status, stdout.trim()], [1, ''])
    }
  })
})
