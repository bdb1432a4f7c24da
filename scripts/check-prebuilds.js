// Before npm packs: the package brings an addon for each processor, made of the sources that are here.
import { flaw, served } from './addon.js'

const flaws = served.map(flaw).filter(Boolean)
for (const each of flaws) console.error(`io-mapping: ${each}`)
if (flaws.length > 0) {
  console.error('io-mapping: nothing is packed. Make the addons of all processors: npm run prebuilds')
  process.exitCode = 1
}
