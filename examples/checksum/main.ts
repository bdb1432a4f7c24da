// node build/examples/checksum/main.js <aperture>, such as file:disk.img or pci:0000:00:02.0/0
import { IoMapping, parseAperture } from 'io-mapping'
import { checksum } from './checksum.js'

const [text, ...rest] = process.argv.slice(2)
if (text === undefined || rest.length > 0) {
  console.error('Usage: node build/examples/checksum/main.js APERTURE   such as file:disk.img')
  process.exit(2)
}
try {
  const aperture = parseAperture(text)
  using mapping = IoMapping.create(aperture, { writable: false, strategy: 'slots' })
  console.log(`${await checksum(mapping)}  ${aperture.name}`)
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
