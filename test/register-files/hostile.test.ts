// Files that are to do harm, or come from tools with ideas of their own: what each of these did to the command, it did not always survive.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Failure } from '../../src/cli/failure.js'
import { emitModule } from '../../src/cli/register-files/emit/emit-module.js'
import { countOf, type Item, type Register } from '../../src/cli/register-files/model.js'
import { readRegisterFile } from '../../src/cli/register-files/read-file.js'
import { deviceOf, peripheral, register } from './chip.js'
import { svdFile } from './files.js'
import { soon } from './soon.js'

const read = (content: string | Uint8Array) => {
  const device = readRegisterFile(svdFile(content))
  const items: Item[] = device.peripherals.flatMap(each => each.items())
  return {
    device,
    items,
    places: items.map(({ name, offset }) => `${name} ${offset}`),
    messages: device.oddities.messages,
  }
}
const numbers = (count: number) => Array.from({ length: count }, (_, i) => i)
const inSvd = (...registers: string[]) => deviceOf(peripheral('P', ...registers))

describe('csr.json', () => {
  const csrs = (registers: object, bases: object = { a: 0 }) =>
    JSON.stringify({ csr_bases: bases, csr_registers: registers })
  const word = (addr: unknown) => ({ addr, size: 1, type: 'rw' })

  test('with a byte order mark', () =>
    assert.deepEqual(read(`\ufeff${csrs({ a_x: word(0) })}`).places, ['x 0']))

  test('values nested deeply', () => {
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`
    const text = csrs({ a_x: word('DEEP'), a_y: word(4) }, { a: 0, b: 'DEEP' }).replaceAll('"DEEP"', deep)
    const { places, messages } = read(text)
    assert.deepEqual(places, ['y 4'])
    assert.match(
      messages.join('\n'),
      /^a_x .*: its addr is a list; .*\nb in csr_bases .*: its address is a list; /,
    )
  })

  test('very many registers', () => {
    const all = Object.fromEntries(numbers(200_000).map(i => [`a_${i}`, word(4 * i)]))
    soon(() => assert.equal(read(csrs(all)).items.length, 200_000))
  })

  test('names: none, without end, of control characters', () => {
    const { places, messages } = read(csrs({ a_: word(0), 'a_x\u001b[31m': word(4) }))
    assert.deepEqual(places, ['x\ufffd[31m 4'])
    assert.match(
      messages[0] ?? '',
      /^a_ in csr_registers .*: it has no name behind that of its base; it is left out$/,
    )
    assert.throws(
      () => read(csrs({ ['_'.repeat(1e6)]: word(0) })),
      error => {
        assert.ok(error instanceof Failure)
        return /a name in csr_registers has 1000000 characters; at most 200/.test(error.message)
      },
    )
  })
})

describe('text', () => {
  const module = (content: string) => {
    const { device } = read(content)
    return emitModule(device, device.peripherals, { command: 'test', path: 'chip.svd' })
  }

  test('control characters, and those that turn the direction, are none of a name, or of a comment', () => {
    const content = inSvd(
      register('R\u001b]0;x\u0007', 0, '<description>a\u0000 \u202eb \u009bc</description>'),
    )
    assert.deepEqual(read(content).places, ['R\ufffd]0;x\ufffd 0'])
    // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what is meant
    assert.doesNotMatch(module(content), /[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]/)
  })

  test('what speaks to the compiler does not', () => {
    const directive = '<description>@ts-expect-error</description>'
    const content = inSvd(register('R', 0, directive)).replace(
      '<name>D',
      '<licenseText>@ts-ignore</licenseText><name>D',
    )
    assert.doesNotMatch(module(content), /@ts-/)
    assert.match(module(content), /@ ts-ignore[\s\S]*@ ts-expect-error/)
  })

  test('UTF-16 without a mark', () => {
    const bytes = Buffer.from(inSvd(register('R', 0)), 'utf16le')
    assert.deepEqual(read(bytes).places, ['R 0'])
    assert.deepEqual(read(Buffer.from(bytes).swap16()).places, ['R 0'])
  })

  test('bytes that the encoding does not have cost themselves alone', () => {
    const content = inSvd(register('R', 0, '<description>µ\n?s</description>'))
    const { items, messages } = read(
      Buffer.from(content).map(byte => (byte === '?'.charCodeAt(0) ? 0xb5 : byte)),
    )
    assert.equal(items[0]?.description, 'µ \ufffds')
    assert.match(
      messages.join('\n'),
      /^\/.*:2: here are bytes that utf-8 does not have; they are read as \ufffd$/,
    )
  })

  test('what says that it is UTF-16, and is not', () => {
    const content = `<?xml version="1.0" encoding="UTF-16"?>${inSvd(register('R', 0, '<description>µ</description>'))}`
    const { items, messages } = read(content)
    assert.equal(items[0]?.description, 'µ')
    assert.match(messages.join('\n'), /:1: it is said to be UTF-16, .*; it is read as utf-8$/)
    assert.deepEqual(read(Buffer.from(`\ufeff${content}`, 'utf16le')).messages, [])
  })

  test('a description that an index would make long stays as it is', () => {
    const long = numbers(3).map(i => `${i}`.repeat(200))
    const list = `<dim>3</dim><dimIncrement>4</dimIncrement><dimIndex>${long.join(',')}</dimIndex>`
    const { items } = read(inSvd(register('R%s', 0, `${list}<description>${'%s'.repeat(100)}</description>`)))
    assert.ok(items.length === 3 && items.every(each => each.description === '%s'.repeat(100)))
  })
})

describe('lines without end', () => {
  const COUNT = 8000

  test('fields, each as wide as the next', () => {
    const line = numbers(COUNT).map(
      i =>
        `<register derivedFrom="R${i + 1}"><name>R${i}</name><addressOffset>${4 * i}</addressOffset><fields><field derivedFrom="R${i + 1}.F"><name>F</name><lsb>1</lsb></field></fields></register>`,
    )
    const last = register(
      `R${COUNT}`,
      4 * COUNT,
      '<fields><field><name>F</name><bitRange>[3:0]</bitRange></field></fields>',
    )
    soon(() => {
      try {
        const [first] = read(inSvd(...line.slice(-600), last)).items as Register[]
        assert.deepEqual([first?.fields[0]?.high, first?.fields[0]?.low], [4, 1])
        read(inSvd(...line, last))
      } catch (error) {
        assert.ok(error instanceof Failure, String(error))
      }
    })
  })

  test('registers, each of the next peripheral', () => {
    const all = numbers(2000).map(
      i =>
        `<peripheral><name>P${i}</name><baseAddress>0</baseAddress>${i === 0 ? '<size>16</size>' : ''}<registers><register${i ? ` derivedFrom="P${i - 1}.R${i - 1}"` : ''}><name>R${i}</name>${i ? '' : '<addressOffset>0</addressOffset>'}</register></registers></peripheral>`,
    )
    soon(() => {
      const { items } = read(deviceOf(...all))
      assert.ok(items.length === 2000 && items.every(each => (each as Register).bits === 16))
    })
  })

  test('fields of one register', () => {
    const many = numbers(60_000).map(i => `<field><name>F${i}</name><bitRange>[0:0]</bitRange></field>`)
    soon(() => {
      const { items, messages } = read(inSvd(register('R', 0, `<fields>${many.join('')}</fields>`)))
      assert.equal((items[0] as Register).fields.length, 1000)
      assert.match(messages.join('\n'), /P\.R\.F1000 <field> .*its register has 60000 fields; at most 1000/)
    })
  })
})

describe('what is odd in one element costs that element', () => {
  test('a distance where there is but one', () => {
    const { items } = read(
      inSvd(register('R[%s]', 0, '<dim>1</dim><dimIncrement>0</dimIncrement>'), register('S', 4)),
    )
    assert.deepEqual(
      items.map(({ array }) => array?.stride),
      [4, undefined],
    )
  })

  test('24 bits: an array of them has room, if its elements are far enough apart', () => {
    const array = (stride: number) => `<size>24</size><dim>3</dim><dimIncrement>${stride}</dimIncrement>`
    assert.deepEqual(read(inSvd(register('A[%s]', 0, array(4)))).places, ['A 0'])
    const beside = '<size>8</size><dim>2</dim><dimIncrement>4</dimIncrement>'
    assert.deepEqual(read(inSvd(register('A[%s]', 4, array(4)), register('B[%s]', 3, beside))).places, [
      'B 3',
    ])
  })

  test('a list of lists of lists', () => {
    const list = (name: string, inside: string) =>
      `<cluster><name>${name}%s</name><addressOffset>0</addressOffset><dim>100</dim><dimIncrement>4</dimIncrement>${inside}</cluster>`
    const { items, messages } = read(
      inSvd(list('A', list('B', list('C', register('R', 0)))), register('S', 0)),
    )
    assert.deepEqual([items.length, items.at(-1)?.name, countOf(items)], [101, 'S', 1])
    assert.match(
      messages.join('\n'),
      /^P\.A%s\.B%s\.C%s <cluster> .* more than 100000 registers; it is left out$/,
    )
  })

  test('a size of a peripheral that is none', () => {
    const { device, places } = read(
      deviceOf(
        peripheral('A', register('R', 0)).replace('<registers>', '<size>x</size><registers>'),
        peripheral('B', register('S', 4)),
      ),
    )
    assert.deepEqual([device.peripherals.map(({ name }) => name), places], [['B'], ['S 4']])
    assert.match(device.oddities.messages[0] ?? '', /^A <peripheral> \(.*\): its size is 'x'/)
  })

  test('IP-XACT: an alternate register without a name, an offset beyond all', () => {
    const one = (name: string, offset: string, inside = '') =>
      `<register><name>${name}</name><addressOffset>${offset}</addressOffset><size>32</size>${inside}</register>`
    const alternate =
      '<alternateRegisters><alternateRegister><description>x</description></alternateRegister></alternateRegisters>'
    const { places, messages } = read(
      `<component><name>C</name><memoryMaps><memoryMap><name>M</name><addressBlock><name>B</name><baseAddress>0</baseAddress><range>4096</range>${one('R', '0', alternate)}${one('S', '0x1ffffffffffffc')}${one('T', '0x1fffffffffffff')}</addressBlock></memoryMap></memoryMaps></component>`,
    )
    assert.deepEqual(places, ['R 0'])
    assert.match(messages.join('\n'), /it has no name; .*\n.*S <register> .* ends beyond the last place/)
  })
})
