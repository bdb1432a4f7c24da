// A checksum of an aperture of any size, by a WebAssembly module whose memory is one window onto it: nothing is copied.
import { readFileSync } from 'node:fs'
import type { IoMapping, WebAssemblyMemory } from 'io-mapping'
import wabt from 'wabt'

/** Where in the module's memory the window lies, and how long it is, in bytes: checksum.wat has the memory for it. */
const WINDOW = { address: 64 * 1024, length: 1024 ** 2 }

interface Checksum {
  readonly memory: WebAssemblyMemory
  add(at: number, end: number): void
  first(): bigint
  second(): bigint
}

const source = new URL('../../../examples/checksum/checksum.wat', import.meta.url)

const instantiate = async (): Promise<Checksum> => {
  const text = (await wabt()).parseWat('checksum.wat', readFileSync(source, 'utf8'))
  const module = new WebAssembly.Module(text.toBinary({}).buffer)
  return new WebAssembly.Instance(module).exports as unknown as Checksum
}

/**
 * The checksum of a mapping, whose size must be a multiple of 8 bytes, as 32 hexadecimal digits.
 * @param onProgress told how many bytes are done, after each window
 */
export const checksum = async (mapping: IoMapping, onProgress?: (done: number) => void): Promise<string> => {
  const module = await instantiate()
  for (let offset = 0; offset < mapping.size; offset += WINDOW.length) {
    const length = Math.min(WINDOW.length, mapping.size - offset)
    using window = mapping.mapInto(module.memory, WINDOW.address, offset, length)
    module.add(window.address, window.address + window.length)
    onProgress?.(offset + length)
  }
  if (mapping.faults > 0) throw new Error(`the memory went away: ${mapping.faults} fault`)
  return [module.second(), module.first()]
    .map(sum => BigInt.asUintN(64, sum).toString(16).padStart(16, '0'))
    .join('')
}
