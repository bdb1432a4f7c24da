// What the process takes from the system before and after a great many maps.
import { readdirSync, readFileSync } from 'node:fs'
import type { IoMapping } from 'io-mapping'
import type { Case } from '../serve.js'
import { mappingOf } from './aperture.js'

const PAGE = 4096
/** Until then V8's heap and the slots may still grow to their size. */
const WARM_UP = 0.1

const kibibytes = (status: string, key: string) =>
  Number(new RegExp(`^${key}:\\s+(\\d+) kB`, 'm').exec(status)?.[1])

const taken = () => {
  const status = readFileSync('/proc/self/status', 'latin1')
  return {
    rss: kibibytes(status, 'VmRSS') / 1024,
    address: kibibytes(status, 'VmSize') / 1024,
    mappings: readFileSync('/proc/self/maps', 'latin1').split('\n').length - 1,
    descriptors: readdirSync('/proc/self/fd').length,
  }
}

const mapOnAndOn = (mapping: IoMapping, pages: Uint32Array, n: number) => {
  const mask = pages.length - 1
  for (let i = 0; i < n; i++) {
    const page = mapping.map((pages[i & mask] as number) * PAGE)
    page.write32(0, i)
    page.unmap()
  }
}

const flat: Case = given => {
  const mapping = mappingOf(given)
  const pages = given.pages()
  for (const each of [...new Set(pages)]) mapOnAndOn(mapping, Uint32Array.of(each), 1)
  return n => {
    mapOnAndOn(mapping, pages, Math.ceil(n * WARM_UP))
    taken() // what it takes itself
    const before = taken()
    const start = process.hrtime.bigint()
    mapOnAndOn(mapping, pages, n)
    const ns = Number(process.hrtime.bigint() - start)
    const after = taken()
    const growth = Object.entries(after).map(([name, value]) => [
      `${name}Growth`,
      value - before[name as keyof typeof before],
    ])
    return { ns, ...before, ...(Object.fromEntries(growth) as Record<string, number>) }
  }
}

export const flatCases: Readonly<Record<string, Case>> = { flat }
