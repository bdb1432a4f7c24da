import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { IoMapping, PAGE_SIZE, physical } from 'io-mapping'
import { throwsCode } from '../support/errors.js'
import { systemCallError, withOpen } from '../support/patch.js'
import { FAKE_BUS } from '../support/sysfs.js'

// No test here opens /dev/mem: all that would is given a stand-in.
const refusing = (code: string, syscall: string, body: () => void) =>
  withOpen(
    '/dev/mem',
    () => {
      throw systemCallError(code, syscall)
    },
    body,
  )

describe('physical', () => {
  test('is a range of bus addresses, uncached where no BAR is', () => {
    const aperture = physical(FAKE_BUS, 16 * 2 ** 20)
    const { name, base, size, memoryTypes } = aperture
    assert.deepEqual(
      { name, base, size, memoryTypes },
      {
        name: `physical:0x${FAKE_BUS.toString(16)}+16M`,
        base: FAKE_BUS,
        size: 16 * 2 ** 20,
        memoryTypes: ['uncached'],
      },
    )
  })

  test('ERR_IO_MEMORY_TYPE: write-combining, which /dev/mem can’t give; it is not opened', () => {
    refusing('EIO', 'open', () => {
      const aperture = physical(FAKE_BUS, PAGE_SIZE)
      throwsCode('ERR_IO_MEMORY_TYPE', 'createWc: physical:', () => IoMapping.createWc(aperture))
      throwsCode('ERR_IO_MEMORY_TYPE', 'create: physical:', () =>
        IoMapping.create(aperture, { memoryType: ['write-combining', 'write-back'] }),
      )
    })
  })

  const refusals: [string, string, 'ERR_IO_ACCESS' | 'ERR_IO_NO_APERTURE', RegExp][] = [
    ['ENOENT', 'open', 'ERR_IO_NO_APERTURE', /this system has no \/dev\/mem/],
    ['EACCES', 'open', 'ERR_IO_ACCESS', /for root/],
    ['EPERM', 'open', 'ERR_IO_ACCESS', /CAP_SYS_RAWIO/],
    ['EPERM', 'mmap', 'ERR_IO_ACCESS', /RAM, or a driver has claimed it.*unbind/],
    ['EINVAL', 'mmap', 'ERR_IO_ACCESS', /no such addresses/],
    ['EAGAIN', 'mmap', 'ERR_IO_ACCESS', /with another memory type; end that first/],
    ['EMFILE', 'open', 'ERR_IO_ACCESS', /ulimit -n/],
  ]
  for (const [errno, syscall, code, remedy] of refusals) {
    test(`${code}: ${errno} from ${syscall}, with the cause and the remedy`, () => {
      refusing(errno, syscall, () => {
        const aperture = physical(FAKE_BUS, PAGE_SIZE)
        const { message, cause } = throwsCode(code, `${aperture.name} can't be mapped`, () =>
          IoMapping.create(aperture),
        )
        assert.match(message, new RegExp(`\\(${errno} from ${syscall}\\)`))
        assert.match(message, remedy)
        assert.equal((cause as NodeJS.ErrnoException).code, errno)
      })
    })
  }

  test('ERR_IO_RANGE: a base or a size that is none', () => {
    for (const wrong of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53]) {
      throwsCode('ERR_IO_RANGE', 'physical: base ', () => physical(wrong, PAGE_SIZE))
      throwsCode('ERR_IO_RANGE', 'physical: size ', () => physical(FAKE_BUS, wrong))
    }
    throwsCode('ERR_IO_RANGE', 'physical: size ', () => physical(FAKE_BUS, 0))
  })

  test('ERR_IO_RANGE: an end beyond 2^53', () => {
    throwsCode('ERR_IO_RANGE', 'physical:', () => physical(2 ** 53 - PAGE_SIZE, 2 * PAGE_SIZE))
  })

  test('ERR_IO_ARGUMENT: what is no number', () => {
    for (const wrong of [undefined, null, '0', 0n, {}] as unknown as number[]) {
      throwsCode('ERR_IO_ARGUMENT', 'physical: base ', () => physical(wrong, PAGE_SIZE))
      throwsCode('ERR_IO_ARGUMENT', 'physical: size ', () => physical(FAKE_BUS, wrong))
    }
  })
})
