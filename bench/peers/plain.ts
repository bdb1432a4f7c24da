// For orientation: what copying ordinary memory costs in Node itself.
import { type Case, serve, timed } from './serve.js'

const set: Case = given => {
  const from = new Uint8Array(given.number('bytes')).fill(1)
  const to = new Uint8Array(from.length).fill(2)
  return timed(n => {
    for (let i = 0; i < n; i++) to.set(from)
  })
}

const bufferCopy: Case = given => {
  const from = Buffer.alloc(given.number('bytes'), 1)
  const to = Buffer.alloc(from.length, 2)
  return timed(n => {
    for (let i = 0; i < n; i++) from.copy(to)
  })
}

await serve({ set, 'buffer-copy': bufferCopy })
