// A handler that comes late: another thread has unmapped what the access went to, or laid something else there.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runModule } from '../support/child.js'
import { needs64 } from '../support/widths.js'

const ROUNDS = Math.max(200, Number(process.env.IO_MAPPING_ROUNDS ?? 100_000) / 100)

/** Threads that read the first page of a shared memory, for as long as `body` takes. */
const whileThreadsRead = (body: string): string => `
  import { once } from 'node:events'
  import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
  import { tmpdir } from 'node:os'
  import { join } from 'node:path'
  import { Worker } from 'node:worker_threads'
  import { file, IoMapping, PAGE_SIZE } from 'io-mapping'
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true })
  const read = \`import { workerData } from 'node:worker_threads'
    const bytes = new Uint8Array(workerData)
    for (;;) for (let i = 0; i < 1e6; i++) Atomics.load(bytes, i & 4095)\`
  for (let i = 0; i < 3; i++) await once(new Worker(read, { eval: true, workerData: memory.buffer }), 'online')
  const folder = mkdtempSync(join(tmpdir(), 'io-mapping-test-'))
  process.on('exit', () => rmSync(folder, { recursive: true }))
  const make = name => {
    const path = join(folder, name)
    writeFileSync(path, new Uint8Array(PAGE_SIZE).fill(7))
    return { path, mapping: IoMapping.create(file(path)) }
  }
  let lost = 0
  for (let round = 0; round < ${ROUNDS}; round++) { ${body} }
  console.log('done', lost > 0)
  process.exit()`

test('threads fault in a window that is unmapped meanwhile: the process lives', {
  skip: needs64('mapInto'),
}, async () => {
  const { code, signal, stdout, stderr } = await runModule(
    whileThreadsRead(`
      const { path, mapping } = make('card')
      const window = mapping.mapInto(memory, 0, 0, PAGE_SIZE)
      truncateSync(path, 0)
      for (let i = 0; i < round % 400; i++) mapping.strategy
      window.unmap()
      if (mapping.faults > 1) throw new Error(mapping.faults + ' faults, where one was answered')
      lost += mapping.faults
      mapping.free()`),
  )
  assert.deepEqual([code, signal, stdout], [0, null, 'done true\n'], stderr)
})

test('what is laid in the place of a lost window is not lost by a fault that was the other’s', {
  skip: needs64('mapInto'),
}, async () => {
  const { code, signal, stdout, stderr } = await runModule(
    whileThreadsRead(`
      const gone = make('gone')
      const whole = make('whole')
      const window = gone.mapping.mapInto(memory, 0, 0, PAGE_SIZE)
      truncateSync(gone.path, 0)
      for (let i = 0; i < round % 400; i++) gone.mapping.strategy
      window.unmap()
      const next = whole.mapping.mapInto(memory, 0, 0, PAGE_SIZE)
      for (let i = 0; i < 200; i++) whole.mapping.strategy
      if (whole.mapping.faults !== 0) throw new Error('round ' + round + ': the whole one was taken for lost')
      if (new Uint8Array(memory.buffer)[0] !== 7) throw new Error('round ' + round + ': it reads something else')
      next.unmap()
      lost += gone.mapping.faults
      gone.mapping.free()
      whole.mapping.free()`),
  )
  assert.deepEqual([code, signal, stdout], [0, null, 'done true\n'], stderr)
})
