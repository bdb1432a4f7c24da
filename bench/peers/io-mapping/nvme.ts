// Random reads of an NVMe controller, by the driver of examples/nvme.
import { IoMapping, vfio } from 'io-mapping'
import { Nvme } from '../../../examples/nvme/driver.js'
import type { Case } from '../serve.js'

const BYTES = 4096

const nvme: Case = given => async iterations => {
  using device = vfio(given.text('device')) // which can be had once: whoever runs has it
  using registers = IoMapping.create(device.bar(0))
  const depth = given.number('depth')
  const drive = await Nvme.start(device, registers.map(), { depth, polled: given.number('polled') === 1 })
  const blocks = BYTES / drive.namespace.blockSize
  const pages = drive.namespace.size / blocks
  const buffer = drive.buffer(depth * BYTES)
  let left = iterations
  const worker = async (index: number): Promise<void> => {
    while (left-- > 0)
      await drive.read(Math.floor(Math.random() * pages) * blocks, blocks, buffer, index * BYTES)
  }
  const start = process.hrtime.bigint()
  await Promise.all(Array.from({ length: depth }, (_, index) => worker(index)))
  const ns = Number(process.hrtime.bigint() - start)
  await drive.stop()
  return { ns }
}

export const nvmeCases: Readonly<Record<string, Case>> = { nvme }
