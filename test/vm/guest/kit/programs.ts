// In the guest with an IOMMU: a device that more than one program wants, and programs and Workers that end while they have it.
import assert from 'node:assert/strict'
import { chmodSync, readlinkSync } from 'node:fs'
import { basename } from 'node:path'
import { before, test } from 'node:test'
import { vfio } from 'io-mapping'
import { runModule } from '../../../support/child.js'
import { throwsCode } from '../../../support/errors.js'
import { messageOf, startWorker } from '../../../support/worker.js'
import { edu } from '../machine.js'
import { bind } from './binding.js'

const ADDRESS = edu().address

/** In milliseconds. */
const PATIENCE = 60_000

/** What a program prints that has `io` and `open()`, and ends by itself. */
const prints = async (text: string, ulimit?: string): Promise<string> => {
  const program = `import * as io from 'io-mapping'\nconst open = () => io.vfio('${ADDRESS}')\n${text}`
  const limit = ulimit === undefined ? {} : { ulimit }
  const { code, signal, stdout, stderr } = await runModule(program, { timeout: PATIENCE, ...limit })
  assert.deepEqual({ code, signal, stderr }, { code: 0, signal: null, stderr: '' })
  return stdout
}

/** What it has when it ends: an interrupt that is waited for, a listener, memory, a BAR. */
const BUSY = `
  const device = open()
  device.busMaster = true
  device.on('request', () => {})
  device.interrupt('msi').wait().catch(() => {})
  globalThis.all = [device.dma(4096), io.IoMapping.create(device.bar(0)).map(0)]
`

export const testPrograms = (): void => {
  before(() => bind(ADDRESS, 'vfio-pci'))

  test('a device that another program has: the error says so', async () => {
    using device = vfio(ADDRESS)
    const printed = await prints('try { open() } catch ({ code, message }) { console.log(code, message) }')
    assert.match(printed, /^ERR_IO_ACCESS .*another program has it/)
    assert.equal(device.closed, false)
  })

  test('process.exit while an interrupt is waited for', async () => {
    assert.equal(
      await prints(`${BUSY}; setTimeout(() => { console.log('end'); process.exit(0) }, 50)`),
      'end\n',
    )
    vfio(ADDRESS).close()
  })

  test('a Worker that ends while it has the device leaves it to others', async () => {
    for (let round = 0; round < 3; round++) {
      const worker = startWorker(`const open = () => io.vfio('${ADDRESS}')\n${BUSY}; tell('busy')`)
      assert.equal(await messageOf(worker), 'busy')
      if (round === 0) throwsCode('ERR_IO_ACCESS', `vfio:${ADDRESS}`, () => vfio(ADDRESS))
      await worker.terminate()
    }
    vfio(ADDRESS).close()
  })

  test('an ordinary user who may open the group has it, and may pin what ulimit -l allows', async () => {
    const group = basename(readlinkSync(`/sys/bus/pci/devices/${ADDRESS}/iommu_group`))
    chmodSync(`/dev/vfio/${group}`, 0o666)
    const printed = await prints(
      `process.setgid(65534)
      process.setuid(65534)
      const device = open()
      console.log(device.dma(4096).map(0).read32(0), device.config.read16(0).toString(16))
      try { device.dma(2 ** 20) } catch ({ code, message }) { console.log(code, message) }
      device.close()`,
      '-l 64',
    )
    assert.match(printed, /^0 1234\nERR_IO_DMA .*ulimit -l/)
  })
}
