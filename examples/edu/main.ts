// node build/examples/edu/main.js [PCI-ADDRESS]: says hello to an edu device. Without one: npm run vm -- node build/…
import { IoMapping, pci, pciDevices } from 'io-mapping'
import { Edu } from './driver.js'

const [address = pciDevices().find(({ vendor, device }) => vendor === 0x1234 && device === 0x11e8)?.address] =
  process.argv.slice(2)
if (address === undefined) {
  console.error('There is no edu device here. Give it to a virtual machine: qemu-system-x86_64 -device edu …')
  process.exit(1)
}

const device = pci(address)
device.enable()
using mapping = IoMapping.create(device.bar(0))
using registers = mapping.map(0, 0x1000)
const edu = new Edu(registers)
console.log(`edu ${edu.version} at ${address} is ${edu.isAlive() ? 'alive' : 'not alive'}`)
console.log(`12! = ${await edu.factorial(12)}`)
console.log('interrupts:', edu.acknowledge())
