// A made-up device with a configuration space of QEMU's, and what `iomap config` makes of it.
import { readFileSync } from 'node:fs'
import { type PciDevice, pci } from 'io-mapping'
import { perform, plan } from '../../src/cli/pci/perform.js'
import { finderOf } from '../../src/cli/pci/regions.js'
import { parseRequest } from '../../src/cli/pci/request.js'
import { formatResults } from '../../src/cli/pci/results.js'
import { bytesOf } from '../support/config-spaces.js'
import { FakeSysfs } from '../support/sysfs.js'

export const ADDRESS = '0000:00:08.0'

export const withDevice = (
  dump: string,
  body: (device: PciDevice, bytes: () => Buffer) => void,
  size = 4096,
): void => {
  using sysfs = new FakeSysfs()
  sysfs.add(ADDRESS, { config: bytesOf(dump, size) })
  body(pci(ADDRESS, sysfs.root), () => readFileSync(sysfs.path(ADDRESS, 'config')))
}

export const results = (device: PciDevice, words: readonly string[], dry = false) => {
  const finder = finderOf(device)
  const steps = words.map(word => plan(parseRequest(word), finder))
  return steps.map(step => perform(step, device.config, dry))
}

export const run = (device: PciDevice, ...words: string[]): string => formatResults(results(device, words))
