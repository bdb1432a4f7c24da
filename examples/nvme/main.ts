// node build/examples/nvme/main.js [PCI-ADDRESS]: shows an NVMe controller and its first block; nothing is
// written. It must be bound to vfio-pci: docs/drivers.md tells how, on a controller of a guest.
import { IoMapping, pciDevices, vfio } from 'io-mapping'
import { Nvme } from './driver.js'

const NVME = 0x010802
const [address = pciDevices().find(each => each.class === NVME)?.address] = process.argv.slice(2)
if (address === undefined) {
  console.error('There is no NVMe controller here')
  process.exit(1)
}

using device = vfio(address)
using registers = IoMapping.create(device.bar(0))
await using nvme = await Nvme.start(device, registers.map())
device.on('request', () => nvme.remove('the system wants the device back').then(() => device.close()))

const { model, serial, firmware } = nvme.identity
const { size, blockSize } = nvme.namespace
console.log(`${model}, serial ${serial}, firmware ${firmware}: ${size} blocks of ${blockSize} bytes`)
using buffer = nvme.buffer(blockSize)
await nvme.read(0, 1, buffer)
const bytes = Buffer.alloc(64)
buffer.map().copyTo(bytes)
for (let at = 0; at < bytes.length; at += 16) console.log(bytes.toString('hex', at, at + 16))
