// One register read or written, through one mapping or eight of them in one place of the program.
import { file, IoMapping, type IoMem } from 'io-mapping'
import { type Case, type Given, timed } from '../serve.js'
import { wordOf } from '../words.js'
import { optionsOf } from './aperture.js'

const PAGE = 4096
let sink = 0

const handles = (given: Given): IoMem[] =>
  Array.from({ length: given.number('mappings') }, (_, i) => {
    const aperture = file(given.text('path'), { offset: i * PAGE, size: PAGE })
    return IoMapping.createWc(aperture, optionsOf(given)).map(0)
  })

const read32: Case = given => {
  const mappings = handles(given)
  const mask = mappings.length - 1
  return timed(n => {
    let sum = 0
    for (let i = 0; i < n; i++) sum += (mappings[i & mask] as IoMem).read32(wordOf(i, mask) * 4)
    sink = sum
  })
}

const write32: Case = given => {
  const mappings = handles(given)
  const mask = mappings.length - 1
  return timed(n => {
    for (let i = 0; i < n; i++) (mappings[i & mask] as IoMem).write32(wordOf(i, mask) * 4, i)
  })
}

export const registerCases: Readonly<Record<string, Case>> = { read32, write32 }
export { sink }
