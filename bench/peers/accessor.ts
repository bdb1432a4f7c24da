// A contestant: a Node-API addon with a function to read a register and one to write it (accessor/accessor.c).
import { createRequire } from 'node:module'
import { type Case, serve, timed } from './serve.js'
import { wordOf } from './words.js'

interface Accessor {
  read32(offset: number): number
  write32(offset: number, value: number): void
}

const PAGE = 4096
const addon = createRequire(import.meta.url)('./accessor.node') as {
  open(path: string, offset: number, length: number): Accessor
}

let sink = 0

const read32: Case = given => {
  const mappings = Array.from({ length: given.number('mappings') }, (_, i) =>
    addon.open(given.text('path'), i * PAGE, PAGE),
  )
  const mask = mappings.length - 1
  return timed(n => {
    let sum = 0
    for (let i = 0; i < n; i++) sum += (mappings[i & mask] as Accessor).read32(wordOf(i, mask) * 4)
    sink = sum
  })
}

const write32: Case = given => {
  const mappings = Array.from({ length: given.number('mappings') }, (_, i) =>
    addon.open(given.text('path'), i * PAGE, PAGE),
  )
  const mask = mappings.length - 1
  return timed(n => {
    for (let i = 0; i < n; i++) (mappings[i & mask] as Accessor).write32(wordOf(i, mask) * 4, i)
  })
}

await serve({ read32, write32 })

export { sink }
