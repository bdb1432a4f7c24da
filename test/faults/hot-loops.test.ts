// The access that finds its memory gone is the one that throws, in optimised code, too: V8 must not look at the count of
// faults once for several accesses. The memory goes away in the middle of a loop; what lies in it then tells.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { file, IoMapping, type IoMem, PAGE_SIZE } from 'io-mapping'
import { checkError } from '../support/errors.js'
import { TempFolder } from '../support/files.js'
import { inEachStrategy } from '../support/strategies.js'
import { Truncator } from './truncator.js'

const ROUNDS = 25
const ONES = 0xffffffff
/** Where the loops write, in bytes: constants, which V8 knows most about. */
const PLACES = [0, 4, 8, 12]

/** What of a window is not for users. */
interface Inside {
  readonly arrays: { readonly u32: Uint32Array }
  readonly start: number
}

const LOOPS: Record<string, (page: IoMem) => void> = {
  write32: page => {
    for (let i = 1; ; i = (i % 1e6) + 1) {
      page.write32(0, i)
      page.write32(4, i)
      page.write32(8, i)
      page.write32(12, i)
    }
  },
  'write32 at changing offsets': page => {
    for (let i = 1; ; i = (i % 1e6) + 1) for (const place of PLACES) page.write32(place, i)
  },
  read32: page => {
    while (page.read32(0) !== ONES && page.read32(4) !== ONES);
    assert.fail('read ones')
  },
  read8: page => {
    while ((page.read8(0) & 0x80) === 0);
    assert.fail('read ones')
  },
  copyFrom: page => {
    const bytes = new Uint8Array(16)
    for (;;) page.copyFrom(bytes)
  },
}

inEachStrategy('memory that goes away in a hot loop', strategy => {
  for (const [name, loop] of Object.entries(LOOPS)) {
    test(`${name}: the access that finds it throws`, () => {
      using folder = new TempFolder()
      const path = folder.write('card', '')
      using truncator = new Truncator(path)
      for (let round = 0; round < ROUNDS; round++) {
        truncator.restore(16 * PAGE_SIZE)
        using mapping = IoMapping.create(file(path), strategy)
        const page = mapping.map(0)
        const { arrays, start } = page as unknown as Inside
        const words = arrays.u32 // kept here, since the loss takes it from the window
        const first = start / 4
        truncator.arm()
        try {
          loop(page)
        } catch (error) {
          checkError(error, 'ERR_IO_FAULT', name.split(' ')[0] ?? '')
        }
        truncator.wait()
        if (name.startsWith('write')) {
          const landed = PLACES.filter(place => words[first + place / 4] !== ONES)
          assert.equal(landed.length, 1, 'one write was made to the ones: the one that threw')
        }
      }
    })
  }
})
