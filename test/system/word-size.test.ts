import assert from 'node:assert/strict'
import { test } from 'node:test'
import { native } from '#io-mapping/system/native.js'
import { IS_32_BIT } from '#io-mapping/system/word-size.js'

test('IS_32_BIT is what addresses say: in a 64-bit process some lie above 4 GiB', () => {
  const { WebAssembly } = globalThis as never as {
    WebAssembly: { Memory: new (of: object) => { buffer: ArrayBuffer } }
  }
  const address = native.addressOf(new Uint8Array(new WebAssembly.Memory({ initial: 1 }).buffer))
  assert.equal(IS_32_BIT, address < 2 ** 32)
})
