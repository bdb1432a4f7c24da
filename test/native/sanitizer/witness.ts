// Loaded into each process of a test: notes, as it ends, which addons and sanitizers were in it.
import { appendFileSync, readFileSync } from 'node:fs'
import { isMainThread } from 'node:worker_threads'

const path = process.env.IO_MAPPING_WITNESS
if (isMainThread && path !== undefined) {
  process.on('exit', () => {
    const names = readFileSync('/proc/self/maps', 'latin1').match(
      /\/\S*(?:io-mapping\.node|lib[au]b?san\.\S+)$/gm,
    )
    appendFileSync(path, `${[...new Set(names)].join(' ')}\n`)
  })
}
