// In the guest: what docs/command.md has, line by line, beside the programs that it names.
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { pci } from 'io-mapping'
import { E1000E_MODULE, SCRIPT } from '../../docs/command-page.js'
import { FOLDER, iomap, sh } from './command-page/run.js'
import { edu, nvme } from './machine.js'

const put = (name: string, content: string | Uint8Array): void => writeFileSync(join(FOLDER, name), content)

/** The files that its lines name. */
put('e1000e.ts', E1000E_MODULE)
put('bring-up.iomap', SCRIPT)
put(
  'firmware.bin',
  Uint8Array.from({ length: 64 }, (_, i) => 0xa0 + 3 * i),
)
put('before.bin', new Uint8Array(64 * 1024))
put(
  'chip.svd',
  `<device><name>CHIP</name><peripherals><peripheral><name>UART0</name><baseAddress>0x40000000</baseAddress>
   <registers><register><name>DATA</name><addressOffset>0</addressOffset><size>32</size></register></registers>
   </peripheral></peripherals></device>`,
)

test('the guest’s devices are where the page has them', () => {
  assert.equal(edu().address, '0000:00:03.0')
  assert.equal(edu().bars[0]?.base, 0xfea00000)
  assert.equal(nvme().address, '0000:00:04.0')
  assert.equal(nvme().bars.find(({ index }) => index === 2)?.base, 0xfe200000)
})

await import('./command-page/habits.js')

test('a BAR that a driver has is refused, with the line that ends that', async () => {
  const read = () => iomap('iomap read pci:0000:00:06.0/0 8')
  const { status, stderr } = await read()
  assert.equal(status, 1)
  const [, remedy = ''] = /unbind that first: (echo .*)\n$/.exec(stderr) ?? assert.fail(stderr)
  assert.equal((await sh(remedy)).status, 0)
  assert.equal(pci('0000:00:06.0').driver, undefined)
  assert.equal((await read()).status, 0)
})

await import('./command-page/commands.js')
await import('./command-page/registers.js')
