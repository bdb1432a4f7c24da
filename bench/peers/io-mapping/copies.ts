import { type Case, timed } from '../serve.js'
import { mappingOf } from './aperture.js'

const copyTo: Case = given => {
  const memory = new Uint8Array(given.number('bytes')).fill(1)
  const window = mappingOf(given).map(0, memory.length)
  return timed(n => {
    for (let i = 0; i < n; i++) window.copyTo(memory)
  })
}

const copyFrom: Case = given => {
  const memory = new Uint8Array(given.number('bytes')).fill(1)
  const window = mappingOf(given).map(0, memory.length)
  return timed(n => {
    for (let i = 0; i < n; i++) window.copyFrom(memory)
  })
}

export const copyCases: Readonly<Record<string, Case>> = { 'copy-to': copyTo, 'copy-from': copyFrom }
