import assert from 'node:assert/strict'
import { test } from 'node:test'
import { patMemoryType } from '#io-mapping/apertures/pat.js'
import { TempFolder } from '../support/files.js'

const LIST = `PAT memtype list:
PAT: [mem 0x00000000000a0000-0x00000000000c0000] uncached
PAT: [mem 0x00000000bffe0000-0x00000000bffff000] write-back
PAT: [mem 0x00000000fd000000-0x00000000fe000000] write-combining
PAT: [mem 0x00000000febf0000-0x00000000febf1000] uncached-minus
PAT: [mem 0x0000008000000000-0x0000008010000000] write-through
`

test('patMemoryType reads the kernel’s list: the start is in a range, the end is not', () => {
  using folder = new TempFolder()
  const list = folder.write('pat_memtype_list', LIST)
  const cases: [number, ReturnType<typeof patMemoryType>][] = [
    [0x9ffff, undefined],
    [0xa0000, 'uncached'],
    [0xbffff, 'uncached'],
    [0xc0000, undefined],
    [0xbffe0000, 'write-back'],
    [0xfd000000, 'write-combining'],
    [0xfdffffff, 'write-combining'],
    [0xfe000000, undefined],
    [0xfebf0000, 'uncached'],
    [0x8000000000, undefined], // a type that nothing here asks for
  ]
  for (const [base, type] of cases) assert.equal(patMemoryType(base, list), type, `0x${base.toString(16)}`)
})

test('patMemoryType is undefined where there is no list, or none that can be read', () => {
  using folder = new TempFolder()
  assert.equal(patMemoryType(0, `${folder.path}/none`), undefined)
  assert.equal(patMemoryType(0, folder.path), undefined)
  assert.equal(patMemoryType(0, folder.write('empty', '')), undefined)
})
