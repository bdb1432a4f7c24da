// A contestant: koffi, which calls C from JavaScript: libc's mmap and munmap, and its decode and encode of what is mapped.
import { openSync } from 'node:fs'
import koffi, { type TypeObject } from 'koffi'
import { type Case, type Given, serve, timed } from './serve.js'

const PAGE = 4096
const WORDS = 1024
const PROT_READ_WRITE = 3
const MAP_SHARED = 1

const libc = koffi.load('libc.so.6')
const mmap = libc.func('void *mmap(void *, size_t, int, int, int, int64_t)')
const munmap = libc.func('int munmap(void *, size_t)')
const uint32 = koffi.types.uint32 as TypeObject

const openAperture = (given: Given) => openSync(given.text('path'), 'r+')
const mapPage = (file: number, offset: number) => mmap(null, PAGE, PROT_READ_WRITE, MAP_SHARED, file, offset)

const map: Case = given => {
  const file = openAperture(given)
  const pages = given.pages()
  const mask = pages.length - 1
  return timed(n => {
    for (let i = 0; i < n; i++) {
      const page = mapPage(file, (pages[i & mask] as number) * PAGE)
      koffi.encode(page, uint32, i)
      munmap(page, PAGE)
    }
  })
}

let sink = 0

const decode: Case = given => {
  const page = mapPage(openAperture(given), 0)
  return timed(n => {
    let sum = 0
    for (let i = 0; i < n; i++) sum += koffi.decode(page, (i & (WORDS - 1)) * 4, uint32)
    sink = sum
  })
}

const encode: Case = given => {
  const page = mapPage(openAperture(given), 0)
  return timed(n => {
    for (let i = 0; i < n; i++) koffi.encode(page, (i & (WORDS - 1)) * 4, uint32, i)
  })
}

await serve({ map, decode, encode })

export { sink }
