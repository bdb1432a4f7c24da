import assert from 'node:assert/strict'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import {
  closeSync,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { endianness } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { IS_32_BIT } from '#io-mapping/system/word-size.js'
import { HexDump } from '../../src/cli/shown/hex-dump.js'
import { iomap, noise, outcome, start, temporaryFolder } from './iomap.js'

const folder = temporaryFolder()
const at = (name: string) => join(folder, name)
const MIB = 1024 ** 2
/** What takes long enough to be interrupted. */
const LONG = IS_32_BIT ? 768 * MIB : 64 * 1024 * MIB
const firstByte = (path: string): number => {
  const file = openSync(path, 'r')
  const byte = Buffer.alloc(1)
  readSync(file, byte)
  closeSync(file)
  return byte.readUInt8()
}
const big = Buffer.from(noise(5 * MIB + 12))
writeFileSync(at('big'), big)

/** Starts a load into the file `name` that takes long, and has written something. */
const startLoad = async (name: string) => {
  writeFileSync(at('source'), 'begin')
  writeFileSync(at(name), '')
  for (const each of ['source', name]) truncateSync(at(each), LONG)
  const child = start(['load', `file:${at(name)}`, '0', at('source'), '--width', 'u8'])
  const ended = outcome(child)
  while (firstByte(at(name)) === 0 && child.exitCode === null) await setTimeout(10)
  return { child, ended }
}

/** What stands beside a file while it is written. */
const beside = (name: string): string[] => readdirSync(folder).filter(each => each.startsWith(`.${name}.`))

const untilBegun = async (name: string, child: ChildProcess): Promise<void> => {
  while (beside(name).length === 0 && child.exitCode === null && child.signalCode === null)
    await setTimeout(10)
}

test('dump shows a part as text', async () => {
  const part = big.subarray(0x1002, 0x1002 + 37)
  assert.deepEqual(await iomap(['dump', `file:${at('big')}`, '0x1002', '37']), {
    code: 0,
    stdout: new HexDump({ bytes: 1, swaps: false }, 0x1002 + 37)
      .text(0x1002, Uint8Array.from(part))
      .toString(),
    stderr: '',
  })
})

test('dump --width shows numbers', async () => {
  const { stdout } = await iomap(['dump', `file:${at('big')}`, '0x1000', '16', '--width', 'u32'])
  const words = [0, 4, 8, 12].map(i =>
    big
      .readUInt32LE(0x1000 + i)
      .toString(16)
      .padStart(8, '0'),
  )
  assert.ok(stdout.startsWith(`00001000: ${words.join(' ')}  `), stdout)
})

test('dump --endian shows numbers, too: bytes alone have no order', async () => {
  const dump = ['dump', `file:${at('big')}`, '0x1000', '16', '--endian']
  const u32 = (await iomap(['dump', `file:${at('big')}`, '0x1000', '16', '--width', 'u32'])).stdout
  assert.equal((await iomap([...dump, endianness() === 'LE' ? 'little' : 'big'])).stdout, u32)
  const words = [0, 4, 8, 12].map(i => big.toString('hex', 0x1000 + i, 0x1000 + i + 4))
  const { stdout } = await iomap([...dump, 'big'])
  assert.ok(stdout.startsWith(`00001000: ${words.join(' ')}  `), stdout)
})

test('dump goes to the end, and folds what repeats', async () => {
  assert.equal(
    (await iomap(['dump', 'memory:3M'])).stdout,
    `00000000: ${'00 '.repeat(16)} ${'.'.repeat(16)}\n*\n002ffff0: ${'00 '.repeat(16)} ${'.'.repeat(16)}\n`,
  )
})

test('dump --output saves several MiB as they are', async () => {
  const whole = await iomap(['dump', `file:${at('big')}`, '--output', at('whole')])
  assert.equal(whole.code, 0)
  assert.equal(whole.stdout, '')
  assert.equal(
    whole.stderr,
    `wrote ${big.length} bytes of file:${at('big')}, from 0x0 on, to ${at('whole')}\n`,
  )
  assert.ok(readFileSync(at('whole')).equals(big))

  await iomap(['dump', `file:${at('big')}`, '0x1001', '3000001', '-o', at('part')])
  assert.ok(readFileSync(at('part')).equals(big.subarray(0x1001, 0x1001 + 3000001)))

  for (const width of ['u8', 'u16', 'u32']) {
    await iomap(['dump', `file:${at('big')}`, '--output', at(width), '--width', width])
    assert.ok(readFileSync(at(width)).equals(big), width)
  }
})

test('what load writes, dump finds, and all around it is as it was', async () => {
  for (const width of [[], ['--width', 'u32'], ['--wc']]) {
    writeFileSync(at('card'), Buffer.alloc(8 * MIB, 0xee))
    const loaded = await iomap(['load', `file:${at('card')}`, '0x10004', at('big'), ...width])
    assert.deepEqual(loaded, {
      code: 0,
      stdout: `wrote ${big.length} bytes of ${at('big')} at 0x10004 of file:${at('card')}\n`,
      stderr: '',
    })
    await iomap(['dump', `file:${at('card')}`, '0x10004', String(big.length), '--output', at('back')])
    assert.ok(readFileSync(at('back')).equals(big))
    const around = Buffer.alloc(8 * MIB, 0xee)
    big.copy(around, 0x10004)
    assert.ok(readFileSync(at('card')).equals(around))
  }
})

test('a file that does not fit is refused before anything is written', async () => {
  writeFileSync(at('small'), Buffer.alloc(5 * MIB, 0x11))
  const { code, stderr } = await iomap(['load', `file:${at('small')}`, '0', at('big')])
  assert.equal(code, 1)
  assert.match(stderr, /^iomap: ERR_IO_RANGE: load: 0x50000c bytes at offset 0x0 are not in .*\n$/)
  assert.ok(readFileSync(at('small')).equals(Buffer.alloc(5 * MIB, 0x11)))
})

test('a width that does not divide the file is refused before anything is written', async () => {
  writeFileSync(at('odd'), new Uint8Array(MIB + 1))
  writeFileSync(at('small'), Buffer.alloc(2 * MIB, 0x11))
  const { code, stderr } = await iomap(['load', `file:${at('small')}`, '0', at('odd'), '--width', 'u16'])
  assert.equal(code, 1)
  assert.match(stderr, /^iomap: ERR_IO_ALIGN: .*\n$/)
  assert.ok(readFileSync(at('small')).equals(Buffer.alloc(2 * MIB, 0x11)))
})

test('dump never saves into the file that it reads', async () => {
  writeFileSync(at('self'), big)
  const { code, stderr } = await iomap(['dump', `file:${at('self')}`, '--output', at('self')])
  assert.equal(code, 2)
  assert.match(stderr, /^iomap: --output is .*\n$/)
  assert.ok(readFileSync(at('self')).equals(big))
})

test('dump works on a file that may only be read', async () => {
  const { code, stdout } = await iomap(['dump', 'file:/proc/self/exe', '0', '4'])
  assert.equal(code, 0)
  assert.match(stdout, /^00000000: 7f 45 4c 46 .*\.ELF\n$/)
})

test('a reader that goes away ends it quietly, as SIGPIPE does elsewhere', async () => {
  const child = start(['dump', `file:${at('big')}`])
  const ended = once(child, 'close')
  let stderr = ''
  child.stderr?.on('data', piece => (stderr += piece))
  await once(child.stdout as NodeJS.ReadableStream, 'data')
  child.stdout?.destroy()
  assert.deepEqual(await ended, [141, null])
  assert.equal(stderr, '')
})

for (const [signal, exit] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const) {
  test(`${signal} ends dump with ${exit}, and leaves what was there`, async () => {
    writeFileSync(at('endless'), 'what was there')
    const child = start(['dump', `memory:${LONG}`, '--output', at('endless')])
    const ended = outcome(child)
    await untilBegun('endless', child)
    child.kill(signal)
    assert.deepEqual(await ended, {
      code: exit,
      stdout: '',
      stderr: `iomap: interrupted; ${at('endless')} is as it was before\n`,
    })
    assert.equal(readFileSync(at('endless'), 'utf8'), 'what was there')
    assert.deepEqual(beside('endless'), [])
  })

  test(`${signal} ends load with ${exit}, which tells how much is written`, async () => {
    const { child, ended } = await startLoad('target')
    child.kill(signal)
    const { code, stderr } = await ended
    assert.equal(code, exit)
    assert.match(
      stderr,
      new RegExp(`^iomap: interrupted: the first [1-9][0-9]* of ${LONG} bytes are written\\n$`),
    )
  })
}

test('a file that is truncated meanwhile is an error, and leaves no file that is not complete', async () => {
  writeFileSync(at('truncated'), '')
  truncateSync(at('truncated'), LONG)
  const child = start(['dump', `file:${at('truncated')}`, '--output', at('cut short'), '--width', 'u8'])
  const ended = outcome(child)
  await untilBegun('cut short', child)
  truncateSync(at('truncated'), 0)
  const { code, stdout, stderr } = await ended
  assert.deepEqual({ code, stdout }, { code: 1, stdout: '' })
  assert.match(stderr, /^iomap: ERR_IO_FAULT: readAsync: .* is lost: [^\n]*\n$/)
  assert.ok(!existsSync(at('cut short')))
  assert.deepEqual(beside('cut short'), [])
})

test('a file that is truncated while it is written is an error, which tells how much load has written', async () => {
  const { ended } = await startLoad('cut target')
  await setTimeout(100)
  truncateSync(at('cut target'), 0)
  const { code, stdout, stderr } = await ended
  assert.deepEqual({ code, stdout }, { code: 1, stdout: '' })
  const state = `the first [1-9][0-9]* of ${LONG} bytes are written`
  assert.match(stderr, new RegExp(`^iomap: ERR_IO_FAULT: writeAsync: .* is lost: [^\\n]*; ${state}\\n$`))
})
