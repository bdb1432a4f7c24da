import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { APERTURE_FORMS, file, IoMapping, IoMappingError, parseAperture } from 'io-mapping'
import { cases } from '../support/emulated.js'
import { checkError, plainOf, throwsCode } from '../support/errors.js'
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

  describe('a part of a file', () => {
    const parts: [behind: string, name: string, start: number, end: number][] = [
      ['@100', '@0x64', 100, 5000],
      ['+100', '+0x64', 0, 100],
      ['@0x10+1K', '@0x10+1K', 16, 1040],
      ['@0+5000', '+0x1388', 0, 5000],
      ['@1K+1<<2', '@0x400+0x4', 1024, 1028],
    ]
    for (const [behind, name, start, end] of parts) {
      test(`file:PATH${behind}, which its name says`, () => {
        using folder = new TempFolder()
        const path = folder.write('image', pattern(5000))
        const aperture = parseAperture(`file:${path}${behind}`)
        assert.equal(aperture.name, `file:${path}${name}`)
        for (const each of [aperture, parseAperture(aperture.name)]) {
          assert.equal(each.name, aperture.name)
          using mapping = IoMapping.create(each, { writable: false })
          const bytes = Buffer.alloc(each.size)
          mapping.map().copyTo(bytes)
          assert.ok(bytes.equals(pattern(5000).subarray(start, end)))
        }
      })
    }

    test('of a device node, which has no end', () => {
      for (const text of ['file:/dev/zero+8K', 'file:/dev/zero@0x4000+8K']) {
        const { name, size } = parseAperture(text)
        assert.deepEqual({ name, size }, { name: text, size: 8192 })
      }
      const error = throwsCode('ERR_IO_ARGUMENT', 'file:/dev/zero is a device', () =>
        parseAperture('file:/dev/zero@0x4000'),
      )
      assert.match(plainOf(error), /: file:\/dev\/zero@0x4000\+\d+K$/)
    })

    test('a file whose name ends so is meant itself; a path may have signs of its own', () => {
      using folder = new TempFolder()
      const short = folder.write('card', pattern(5000))
      for (const [name, size] of [
        ['card+4K', 10],
        ['card@16', 20],
        ['card@16+1K', 30],
      ] as const) {
        const path = folder.write(name, pattern(size))
        assert.equal(parseAperture(`file:${path}`).size, size)
        const part = parseAperture(`file:${path}@2+4`)
        assert.deepEqual([part.name, part.size], [`file:${path}@0x2+0x4`, 4])
      }
      assert.equal(parseAperture(`file:${short}+2K`).size, 2048)
    })

    test('names of parts are those that `file` gives', () => {
      using folder = new TempFolder()
      const path = folder.write('image', pattern(5000))
      assert.equal(file(path).name, `file:${path}`)
      assert.equal(file(path, { offset: 4096 }).name, `file:${path}@0x1000`)
      assert.equal(file(path, { offset: 0, size: 4096 }).name, `file:${path}+4K`)
    })

    test('ERR_IO_ARGUMENT, ERR_IO_RANGE, ERR_IO_NO_APERTURE: what is behind a path that is there, or is not', () => {
      using folder = new TempFolder()
      const path = folder.write('image', pattern(5000))
      const [offset, size] = ['the offset in file:PATH@OFFSET+SIZE ', 'the size in file:PATH@OFFSET+SIZE ']
      for (const [behind, what] of [
        ['@', offset],
        ['+', size],
        ['@x', offset],
        ['@0+4Q', size],
        ['@010', offset],
        ['@-1', offset],
      ] as const)
        throwsCode('ERR_IO_ARGUMENT', what, () => parseAperture(`file:${path}${behind}`))
      throwsCode('ERR_IO_RANGE', 'file: size is 0x0', () => parseAperture(`file:${path}+0`))
      throwsCode('ERR_IO_RANGE', `file:${path}: `, () => parseAperture(`file:${path}@5000`))
      throwsCode('ERR_IO_RANGE', `file:${path}: `, () => parseAperture(`file:${path}@1+5000`))
      const none = `${path}er`
      throwsCode('ERR_IO_NO_APERTURE', `There is no file '${none}'`, () =>
        parseAperture(`file:${none}@16+4K`),
      )
      throwsCode('ERR_IO_NO_APERTURE', `There is no file '${none}+x'`, () => parseAperture(`file:${none}+x`))
    })
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
