import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { APERTURE_FORMS, IoMappingError, parseAperture } from 'io-mapping'
import { cases } from '../support/emulated.js'
import { checkError, throwsCode } from '../support/errors.js'
import { TempFolder } from '../support/files.js'
import { pattern } from '../support/rig.js'
import { FAKE_BUS } from '../support/sysfs.js'

describe('parseAperture', () => {
  const memories: [string, number][] = [
    ['memory:1', 1],
    ['memory:4096', 4096],
    ['memory:0x1000', 4096],
    ['memory:4K', 4096],
    ['memory:4k', 4096],
    ['memory:4KiB', 4096],
    ['memory:4KB', 4096],
    ['memory: 16M ', 2 ** 24],
    ['memory:1G', 2 ** 30],
    ['memory:2T', 2 ** 41],
    ['memory:0x10K', 2 ** 14],
  ]
  for (const [text, size] of memories) {
    test(`'${text}' is ${size} bytes of memory`, () => {
      const aperture = parseAperture(text)
      assert.deepEqual([aperture.size, aperture.memoryTypes], [size, ['write-back']])
    })
  }

  test('file:PATH, whatever is in the path', () => {
    using folder = new TempFolder()
    for (const name of ['image', 'a:b', 'with space', 'ü', '4K', 'a+b', 'a\nb']) {
      const path = folder.write(name, pattern(10))
      const aperture = parseAperture(`file:${path}`)
      assert.deepEqual([aperture.name, aperture.size], [`file:${path}`, 10])
    }
  })

  test('physical:BASE+SIZE', () => {
    const text = `physical:0x${FAKE_BUS.toString(16)}+16M`
    const aperture = parseAperture(text)
    assert.deepEqual([aperture.name, aperture.base, aperture.size], [text, FAKE_BUS, 2 ** 24])
  })

  test('an aperture’s name is a text that makes it', () => {
    for (const text of ['memory:4K', 'memory:0x3', `physical:0x${FAKE_BUS.toString(16)}+0x1001`]) {
      assert.equal(parseAperture(text).name, text)
    }
  })

  const wrong: [string, RegExp][] = [
    ['', /one of memory:/],
    ['memory', /one of memory:/],
    ['disk:4K', /one of memory:/],
    ['toString:4K', /one of memory:/],
    ['constructor:4K', /one of memory:/],
    ['__proto__:4K', /one of memory:/],
    ['MEMORY:4K', /one of memory:/],
    [' memory:4K', /one of memory:/],
    ['/dev/shm/x', /one of memory:/],
    ['physical:0x1000', /of the form physical:0xfd000000\+16M/],
    ['physical:0x1000+4K+4K', /of the form physical:/],
    ['physical:', /of the form physical:/],
    ['pci:0000:00:02.0', /of the form pci:0000:00:02.0\/0/],
    ['pci:0000:00:02.0/', /of the form pci:/],
    ['pci:0000:00:02.0/10', /of the form pci:/],
    ['pci:', /of the form pci:/],
    ['devicetree:', /of the form devicetree:serial@9000000#0/],
    ['devicetree:#1', /of the form devicetree:/],
    ['devicetree:serial0#', /of the form devicetree:/],
    ['devicetree:serial0#1#2', /of the form devicetree:/],
  ]
  for (const [text, message] of wrong) {
    test(`ERR_IO_ARGUMENT: '${text}'`, () => {
      assert.match(
        throwsCode('ERR_IO_ARGUMENT', 'An aperture is ', () => parseAperture(text)).message,
        message,
      )
    })
  }

  const details: [string, string][] = [
    ['memory:', 'the size in memory:SIZE '],
    ['memory:lots', 'the size in memory:SIZE '],
    ['memory:-1', 'the size in memory:SIZE '],
    ['memory:1.5K', 'the size in memory:SIZE '],
    ['memory:9007199254740992', 'the size in memory:SIZE '],
    ['memory:8192T', 'the size in memory:SIZE '],
    ['file:', 'file: path '],
    ['physical:x+4K', 'the base in physical:BASE+SIZE '],
    ['physical:0x1000+', 'the size in physical:BASE+SIZE '],
    ['pci:everything/0', 'A PCI address '],
    ['pci:0000:00:02.8/0', 'A PCI address '],
  ]
  for (const [text, start] of details) {
    test(`ERR_IO_ARGUMENT: '${text}', and which part of it is wrong`, () => {
      throwsCode('ERR_IO_ARGUMENT', start, () => parseAperture(text))
    })
  }

  test('ERR_IO_RANGE: no bytes', () => {
    throwsCode('ERR_IO_RANGE', 'memory: size ', () => parseAperture('memory:0'))
    throwsCode('ERR_IO_RANGE', 'physical: size ', () =>
      parseAperture(`physical:0x${FAKE_BUS.toString(16)}+0`),
    )
  })

  for (const value of [undefined, null, 5, {}, ['memory:4K']] as unknown as string[]) {
    test(`ERR_IO_ARGUMENT: ${JSON.stringify(value)}`, () => {
      throwsCode('ERR_IO_ARGUMENT', 'An aperture is ', () => parseAperture(value))
    })
  }

  test('every form is told in the error', () => {
    const { message } = throwsCode('ERR_IO_ARGUMENT', 'An aperture is ', () => parseAperture('what'))
    for (const form of APERTURE_FORMS) assert.ok(message.includes(form))
    assert.deepEqual(
      APERTURE_FORMS.map(form => form.split(':')[0]),
      ['memory', 'file', 'physical', 'devicetree', 'pci', 'uio', 'vfio'],
    )
  })
})

describe('parseAperture throws nothing but IoMappingErrors', () => {
  const check = (text: string): void => {
    try {
      parseAperture(text)
    } catch (error) {
      assert.ok(error instanceof IoMappingError, `${JSON.stringify(text)}: ${error}`)
      if (!text.includes('\n')) checkError(error, error.code, '')
    }
  }
  // Never a real device: what could name one is not tried.
  const harmless = (text: string) => !/^(pci|physical):/.test(text)

  test('for any text', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }).filter(harmless), check), { numRuns: cases(500) })
  })

  test('for any text after memory:, and for sizes as people write them', () => {
    const digits = fc.string({ unit: fc.constantFrom(...'0123456789xabcKMGTiB. -+'), maxLength: 8 })
    fc.assert(
      fc.property(fc.oneof(fc.string(), digits), text => check(`memory:${text}`)),
      { numRuns: cases(500) },
    )
  })

  test('for any text after file:', () => {
    using folder = new TempFolder()
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), text => check(`file:${folder.path}/${text}`)),
      {
        numRuns: cases(500),
        examples: [['\0'], ['x'.repeat(300)], ['x/'.repeat(3000)], ['.'], ['..'], ['']],
      },
    )
  })

  test('for any text after pci: that is no address, and after physical: that is no range', () => {
    const notAddress = fc.string({ unit: 'binary' }).filter(text => !/[0-9a-f]/i.test(text))
    fc.assert(
      fc.property(notAddress, text => {
        check(`pci:${text}/0`)
        check(`physical:${text}+${text}`)
      }),
      { numRuns: cases(300) },
    )
  })
})
