// Long runs of maps while another thread of this process keeps the other core busy, from the first map to the end of
// `free`: what is torn down late is counted too.
import type { IoMapping } from 'io-mapping'
import { type Case, timed } from '../serve.js'
import { mappingOf } from './aperture.js'
import { Spinner } from './spinner.js'

const PAGE = 4096
let sink = 0

const read = (mapping: IoMapping, pages: Uint32Array, n: number) => {
  const mask = pages.length - 1
  let sum = 0
  for (let i = 0; i < n; i++) {
    const page = mapping.map((pages[i & mask] as number) * PAGE)
    sum += page.read32(0)
    page.unmap()
  }
  sink = sum
}

const write = (mapping: IoMapping, pages: Uint32Array, n: number) => {
  const mask = pages.length - 1
  for (let i = 0; i < n; i++) {
    const page = mapping.map((pages[i & mask] as number) * PAGE)
    page.write32(0, i)
    page.unmap()
  }
}

const pattern: Case = async given => {
  const pages = given.pages()
  const loop = given.number('write') === 1 ? write : read
  const spinner = await Spinner.start()
  return async n => {
    const mapping = mappingOf(given)
    spinner.spin()
    const outcome = await timed(() => {
      loop(mapping, pages, n)
      mapping.free()
    })(n)
    spinner.rest()
    const { misses, recycles } = mapping.stats
    return { ...outcome, misses, recycles }
  }
}

export const patternCases: Readonly<Record<string, Case>> = { pattern }
export { sink }
