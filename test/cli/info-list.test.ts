import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { pciDevices } from 'io-mapping'
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
    JSON.parse(stdout).map((each: { address: string }) => each.address),
    pciDevices().map(({ address }) => address),
  )
})

test('list names every device, or says that there is none', async () => {
  const { code, stdout } = await iomap(['list'])
  assert.equal(code, 0)
  const addresses = pciDevices().map(({ address }) => address)
  for (const address of addresses) assert.match(stdout, new RegExp(`^${address} {2}\\S.*: .*driver`, 'm'))
  if (addresses.length === 0) assert.match(stdout, /^No PCI devices here/)
})
