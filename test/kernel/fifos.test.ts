import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { PAGE_SIZE } from 'io-mapping'
import * as kernel from 'io-mapping/kernel'
import { Recorder } from 'io-mapping/testing'
import { throwsCode } from '../support/errors.js'
import { pattern, Rig } from '../support/rig.js'
import { WIDTHS } from '../support/widths.js'

const SIZE = 2 * PAGE_SIZE
const LETTERS = { 1: 'b', 2: 'w', 4: 'l', 8: 'q' } as const

type Repeated = typeof kernel.readsb
const CALLS: Readonly<Record<string, unknown>> = { ...kernel }

/** Each reader and its writer, for one width. */
const namesOf = (bytes: 1 | 2 | 4 | 8) =>
  [
    [`reads${LETTERS[bytes]}`, `writes${LETTERS[bytes]}`],
    [`ioread${8 * bytes}_rep`, `iowrite${8 * bytes}_rep`],
  ] as const

for (const { bytes } of WIDTHS) {
  for (const [readName, writeName] of namesOf(bytes)) {
    const [read, write] = [CALLS[readName], CALLS[writeName]] as [Repeated, Repeated]

    describe(`${readName} and ${writeName}`, () => {
      test('in the kernel’s order of arguments: address, buffer, count; each access at the one offset', () => {
        using rig = new Rig(SIZE)
        const recorder = new Recorder(rig.mapping.map(PAGE_SIZE))
        const buffer = Buffer.alloc(5 * bytes)
        read(recorder, buffer, 4, 16)
        const first = pattern(SIZE).subarray(PAGE_SIZE + 16, PAGE_SIZE + 16 + bytes)
        assert.ok(buffer.equals(Buffer.concat([first, first, first, first, Buffer.alloc(bytes)])))
        write(recorder, pattern(3 * bytes), 2)
        assert.deepEqual(
          recorder.log.map(({ kind, offset, width }) => [kind, offset, width]),
          [...Array(4).fill(['read', 16, bytes]), ...Array(2).fill(['write', 0, bytes])],
        )
        assert.ok(
          rig
            .bytes()
            .subarray(PAGE_SIZE, PAGE_SIZE + bytes)
            .equals(pattern(3 * bytes).subarray(bytes, 2 * bytes)),
        )
      })

      test('whatever the buffer is, and wherever it starts', () => {
        using rig = new Rig(SIZE)
        using page = rig.mapping.map(0)
        const memory = new ArrayBuffer(64)
        for (const buffer of [
          memory,
          new DataView(memory, 3, 40),
          new Float64Array(memory, 8, 3),
          Buffer.from(memory, 1),
        ]) {
          const start = ArrayBuffer.isView(buffer) ? buffer.byteOffset : 0
          new Uint8Array(memory).fill(0xee)
          read(page, buffer, 2, 8)
          const place = pattern(SIZE).subarray(8, 8 + bytes)
          assert.ok(Buffer.from(memory, start, 2 * bytes).equals(Buffer.concat([place, place])))
          assert.equal(new Uint8Array(memory).filter(byte => byte !== 0xee).length <= 2 * bytes, true)
        }
        write(page, new DataView(pattern(64).buffer, pattern(64).byteOffset), 0)
        assert.ok(rig.bytes().equals(pattern(SIZE)))
      })

      test('ERR_IO_RANGE: a count that is none, or of more than the buffer has', () => {
        using rig = new Rig(SIZE)
        using page = rig.mapping.map(0)
        rig.untouched(() => {
          for (const count of [5, -1, 0.5, Number.NaN, 2 ** 53, undefined, '1'] as number[]) {
            throwsCode('ERR_IO_RANGE', `${readName}: count `, () =>
              read(page, new Uint8Array(4 * bytes), count),
            )
            throwsCode('ERR_IO_RANGE', `${writeName}: count `, () =>
              write(page, new Uint8Array(4 * bytes), count),
            )
          }
          throwsCode('ERR_IO_ARGUMENT', `${readName}: buffer `, () => read(page, 5 as never, 1))
          throwsCode('ERR_IO_RANGE', 'readFifo: ', () => read(page, new Uint8Array(8), 1, PAGE_SIZE))
          throwsCode('ERR_IO_RANGE', 'writeFifo: ', () => write(page, new Uint8Array(8), 1, PAGE_SIZE))
        })
      })
    })
  }
}
