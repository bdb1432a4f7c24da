import assert from 'node:assert/strict'
import { readFileSync, truncateSync } from 'node:fs'
import { describe, test } from 'node:test'
import { file, IoMapping, PAGE_SIZE } from 'io-mapping'
import { runModule } from '../support/child.js'
import { unlessEmulated } from '../support/emulated.js'
import { throwsCode } from '../support/errors.js'
import { TempFolder } from '../support/files.js'
import { needs64 } from '../support/widths.js'

const mappings = () => readFileSync('/proc/self/maps', 'utf8').split('\n').length

describe('a large window that is lost', () => {
  test('is ones from end to end, in a few hundred mappings', { skip: needs64('a window of 2 GiB') }, () => {
    using folder = new TempFolder()
    const path = folder.write('card', '')
    const size = 3 * 1024 ** 3
    truncateSync(path, size)
    using mapping = IoMapping.create(file(path))
    const views = [0, size / 2, size - 4 * PAGE_SIZE].map(offset => mapping.map(offset, 4 * PAGE_SIZE).u8)
    const before = mappings()
    truncateSync(path, 0)
    for (const view of views) assert.ok(view.every(byte => byte === 0xff))
    throwsCode('ERR_IO_FAULT', 'read8: ', () => mapping.map(0).read8(0))
    assert.ok(mappings() - before < 4 * 300, `${before} mappings, then ${mappings()}`)
    mapping.free()
    assert.ok(mappings() < before + 20, `${before} mappings, then ${mappings()}`)
  })

  test('is handled where no descriptor is left, and ones are around the access', {
    skip: unlessEmulated('/proc/self/maps, once open, shows what there was then'),
  }, async () => {
    using folder = new TempFolder()
    const { stdout, signal } = await runModule(
      `import fs from 'node:fs'
      import { file, IoMapping } from 'io-mapping'
      const path = process.argv[1]
      fs.writeFileSync(path, Buffer.alloc(65536))
      const mapping = IoMapping.create(file(path))
      const view = mapping.map(0).u8
      fs.truncateSync(path, 0)
      try { for (;;) fs.openSync('/dev/null') } catch {}
      console.log(view[5], mapping.faults)
      try { mapping.map(0).read8(0) } catch (error) { console.log(error.code) }`,
      { ulimit: '-n 128', args: [`${folder.path}/card`] },
    )
    assert.deepEqual({ stdout, signal }, { stdout: '255 1\nERR_IO_FAULT\n', signal: null })
  })
})

describe('a mapping that is dropped', () => {
  test('its views are guarded as long as there are any', async () => {
    using folder = new TempFolder()
    const { stdout, signal } = await runModule(
      `import fs from 'node:fs'
      import { setImmediate } from 'node:timers/promises'
      import { file, IoMapping } from 'io-mapping'
      const path = process.argv[1]
      fs.writeFileSync(path, Buffer.alloc(65536))
      const view = (() => IoMapping.create(file(path)).map(0).u8)()
      for (let i = 0; i < 5; i++) {
        globalThis.gc()
        await setImmediate()
      }
      fs.truncateSync(path, 0)
      console.log(view[5])`,
      { flags: ['--expose-gc'], args: [`${folder.path}/card`] },
    )
    assert.deepEqual({ stdout, signal }, { stdout: '255\n', signal: null })
  })

  test("leaves no range guarded: what lies there later is another's", async () => {
    const { stdout, signal } = await runModule(
      `import { IoMapping } from 'io-mapping'
      import { setImmediate } from 'node:timers/promises'
      // (module (memory (export "m") 1) (func (export "f") (param i32) (result i32) (i32.load (local.get 0))))
      const module = new WebAssembly.Module(new Uint8Array([
        0,97,115,109,1,0,0,0,1,6,1,96,1,127,1,127,3,2,1,0,5,3,1,0,1,7,9,2,1,109,2,0,1,102,0,0,
        10,9,1,7,0,32,0,40,2,0,11]))
      let traps = 0
      for (let round = 0; round < 50; round++) {
        for (let i = 0; i < 20; i++) IoMapping.create('memory:64M').map(0).write32(0, 1)
        globalThis.gc() // not back to the event loop yet: no finalizer has run
        for (let i = 0; i < 20; i++) {
          const { exports } = new WebAssembly.Instance(module)
          try { exports.f(2 ** 20) } catch (error) { if (error instanceof WebAssembly.RuntimeError) traps++ }
        }
        if (round % 10 === 0) await setImmediate()
      }
      console.log(traps)`,
      { flags: ['--expose-gc'] },
    )
    assert.deepEqual({ stdout, signal }, { stdout: '1000\n', signal: null })
  })
})
