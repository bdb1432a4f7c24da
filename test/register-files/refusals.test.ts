// Files that are broken as a whole, or meant to do harm: each is a Failure that says where and what, soon.
import assert from 'node:assert/strict'
import { truncateSync } from 'node:fs'
import { describe, test } from 'node:test'
import { Failure } from '../../src/cli/failure.js'
import { definePeripheral } from '../../src/cli/register-files/emit/define.js'
import { emitModule } from '../../src/cli/register-files/emit/emit-module.js'
import { readRegisterFile } from '../../src/cli/register-files/read-file.js'
import { CHIP, chipWith, deviceOf } from './chip.js'
import { svdFile } from './files.js'
import { soon } from './soon.js'

/** All that can be asked of a file. */
const readAll = (path: string): string => {
  const device = readRegisterFile(path)
  for (const each of device.peripherals) definePeripheral(device, each)
  return emitModule(device, device.peripherals, { command: 'test', path: 'chip.svd' })
}

const LOL = `<!DOCTYPE device [<!ENTITY a "lol">${'bcdefghij'
  .split('')
  .map((name, i) => `<!ENTITY ${name} "${`&${'abcdefghij'[i]};`.repeat(10)}">`)
  .join('')}]><device><name>&j;</name></device>`

const files: [string, string | Uint8Array, RegExp][] = [
  ['nothing', '', /:1:1: Root element is missing/],
  ['no XML', 'hello', /:1:2: .*no well-formed XML/],
  ['bytes that are no text', new Uint8Array([0x3c, 0x61, 0xff, 0xfe, 0x00]), /:1:\d+: .*no well-formed XML/],
  [
    'an encoding that does not exist',
    '<?xml version="1.0" encoding="x-none"?><device/>',
    /can't be read as x-none/,
  ],
  ['its first half', CHIP.slice(0, CHIP.length / 2), /:\d+:\d+: .*no well-formed XML/],
  ['another root', '<html><body/></html>', /<html> \(.*:1\): its outermost element/],
  ['no peripherals', '<device><name>X</name></device>', /X <device> .*no peripherals/],
  [
    'no peripheral that is right',
    deviceOf('<peripheral><name>A</name></peripheral>', '<peripheral><name>B</name></peripheral>'),
    /D <device> .*all that it has is in error; first A <peripheral> \(.*:1\): it has no baseAddress/,
  ],
  ['an entity bomb', LOL, /:1:\d+: Invalid character entity; .*no well-formed XML/],
  [
    'a tag without end',
    `<${'a'.repeat(1e6)}/>`,
    /^<a{40}> \(.*:1\): .* an SVD file has <device>, an IP-XACT file <component>/,
  ],
  ['an entity without end', `<device><name>&${'a'.repeat(1e6)};</name></device>`, /Invalid character entity/],
  [
    'an external entity',
    '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><device><name>&x;</name></device>',
    /Invalid character entity/,
  ],
  ['100,000 levels', '<device>'.repeat(100_000) + '</device>'.repeat(100_000), /nested too deeply/],
  ['3,000 levels', `<device>${'<a>'.repeat(3000)}${'</a>'.repeat(3000)}</device>`, /nested too deeply/],
  ['100 levels', `<device>${'<a>'.repeat(100)}${'</a>'.repeat(100)}</device>`, /nested too deeply/],
]

describe('a file is refused that', () => {
  const refused = (content: string | Uint8Array, message: RegExp) => {
    const path = svdFile(content)
    soon(() =>
      assert.throws(
        () => readAll(path),
        error => {
          assert.ok(error instanceof Failure, String(error))
          assert.match(error.message, message)
          assert.ok(error.message.length < 400, 'it is short')
          return true
        },
      ),
    )
  }
  for (const [what, content, message] of files) test(`is ${what}`, () => refused(content, message))

  test('is larger than any description', () => {
    const path = svdFile('<device/>')
    truncateSync(path, 100 * 1024 ** 2)
    assert.throws(() => readAll(path), /104857600 bytes; .* more than 67108864/)
  })

  test('is a folder, or not there', () => {
    assert.throws(() => readAll('/tmp'), /not an ordinary file/)
    assert.throws(() => readAll('/nowhere.svd'), { code: 'ENOENT' })
  })
})

test('words of a file never become code', () => {
  const evil = '*/ process.exit(1) /* `$\x7bprocess.exit(2)}` \' " \\ \u2028 // '
  const text = [
    ['A serial port', `A ${evil}`],
    ['<name>TX</name>', `<name>TX${evil}</name>`],
    ['<name>KEY</name>', `<name>${evil}</name>`],
    ['<name>NONE</name>', `<name>NONE${evil}</name>`],
    ['<name>1-WIRE</name>', `<name>W${evil}</name>`],
    ['Free for all.', `Free ${evil} \u2029 process.exit(3)`],
    ['<version>1.2', `<version>${evil}`],
    ['<name>CHIP</name>', `<name>CHIP${evil}</name>`],
  ].reduce((now, [part = '', other = '']) => {
    assert.ok(now.includes(part), part)
    return now.replace(part, () => other)
  }, CHIP)
  const module = readAll(svdFile(text))
  const code = module
    .replace(/\/\*\*[\s\S]*?\*\//g, '')
    .split('\n')
    .filter(line => !line.startsWith('//'))
    .join('\n')
    .replace(/'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"/g, "''")
  assert.doesNotMatch(code, /process\.|exit\(|`|\u2028|\u2029/, code)
  assert.match(module, /process\.exit/, 'but they are in it')
})

test('names that JavaScript gives meaning to are only names', () => {
  for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'then']) {
    const device = readRegisterFile(svdFile(chipWith('<name>KEY</name>', `<name>${name}</name>`)))
    const text = emitModule(device, device.peripherals, { command: 'test', path: 'chip.svd' })
    assert.ok(text.includes(`    ${name}_: bits(31, 24).wo,`), name)
  }
  const device = readRegisterFile(svdFile(chipWith('<name>NONE</name>', '<name>__proto__</name>')))
  definePeripheral(device, device.peripherals[0] ?? assert.fail())
  assert.equal(Object.getPrototypeOf({}), Object.prototype)
})
