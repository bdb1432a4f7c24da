import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { inspect } from 'node:util'
import { native } from '#io-mapping/system/native.js'
import { systemError } from '#io-mapping/system/system-error.js'
import { runModule } from '../support/child.js'
import { TempFolder } from '../support/files.js'
import { ROOT } from '../support/root.js'

const TRY = `
  try {
    const { IoMapping, memory } = await import('io-mapping')
    IoMapping.createWc(memory(4096))
    console.log('it works')
  } catch ({ name, code, message }) {
    console.log(JSON.stringify({ name, code, message }))
  }`

const HAS_COMPILER = spawnSync('cc', ['--version']).error === undefined
const target = `${process.platform}-${process.arch}`

test('ERR_IO_UNSUPPORTED: the addon is missing', async () => {
  using folder = new TempFolder()
  // what the package brings, but for prebuilds
  for (const part of ['dist', 'package.json', 'native', 'scripts'])
    cpSync(join(ROOT, part), join(folder.path, part), { recursive: true })
  const { stdout, stderr } = await runModule(TRY, { cwd: folder.path })
  const { name, code, message } = JSON.parse(stdout || '{}')
  assert.deepEqual([name, code], ['IoMappingError', 'ERR_IO_UNSUPPORTED'], stderr)
  assert.ok(message.startsWith(`io-mapping has no addon for ${target}. `), message)
  assert.doesNotMatch(message, /\n/)
  assert.ok(message.includes(join(folder.path, 'prebuilds')), 'it says where it looked')
  const remedy = /: node '(.*)'$/.exec(message)?.[1] ?? assert.fail(message)
  if (!HAS_COMPILER) return
  mkdirSync(join(folder.path, 'node_modules'))
  symlinkSync(join(ROOT, 'node_modules/node-api-headers'), join(folder.path, 'node_modules/node-api-headers'))
  execFileSync(process.execPath, [remedy], { cwd: '/' })
  assert.equal((await runModule(TRY, { cwd: folder.path })).stdout, 'it works\n')
})

test('ERR_IO_UNSUPPORTED: a processor that is not served', async () => {
  const other = `Object.defineProperty(process, 'arch', { value: 'ppc64' });`
  const { stdout } = await runModule(other + TRY)
  assert.match(
    JSON.parse(stdout || '{}').message,
    /^io-mapping has no addon for linux-ppc64\. Its processors are x64, arm64, arm, riscv64, ia32$/,
  )
})

test('ERR_IO_UNSUPPORTED: a bundler has moved the library', async () => {
  using folder = new TempFolder()
  cpSync(join(ROOT, 'dist'), join(folder.path, 'bundle/dist'), { recursive: true })
  folder.write('package.json', '{ "type": "module" }')
  const { stdout } = await runModule(TRY.replace("'io-mapping'", "'./bundle/dist/index.js'"), {
    cwd: folder.path,
  })
  assert.match(JSON.parse(stdout || '{}').message, /bundler.*"external"$/)
})

test('ERR_IO_UNSUPPORTED: the addon is of another processor, or broken', async () => {
  using folder = new TempFolder()
  for (const part of ['dist', 'package.json', 'scripts'])
    cpSync(join(ROOT, part), join(folder.path, part), { recursive: true })
  folder.write(`prebuilds/${target}/io-mapping.node`, 'no addon at all')
  const { stdout, stderr } = await runModule(TRY, { cwd: folder.path })
  const { name, code, message } = JSON.parse(stdout || '{}')
  assert.deepEqual([name, code], ['IoMappingError', 'ERR_IO_UNSUPPORTED'], stderr)
  assert.match(
    message,
    /^io-mapping's addon can't be loaded: .*install io-mapping anew; or make it .*: node '.*'$/,
  )
})

test('ERR_IO_UNSUPPORTED: a Node without WebAssembly', async () => {
  const { stdout, stderr } = await runModule(TRY, { flags: ['--jitless'] })
  const { name, code, message } = JSON.parse(stdout || '{}')
  assert.deepEqual([name, code], ['IoMappingError', 'ERR_IO_UNSUPPORTED'], stderr)
  assert.match(message, /no WebAssembly: run it without --jitless$/)
})

test('the addon checks what it is given', () => {
  const { lay, clear, createMemory, open, addressOf, copyFromDevice, copyToDevice, fillDevice } = native
  const { guard, endLease, share, attach, watchFaults, listen, startTransfer } = native
  const lease = native.createLease()
  type Any = (...args: unknown[]) => unknown
  const bytes = new Uint8Array(8)
  const calls: [string, Any, unknown[][]][] = [
    ['addressOf', addressOf as Any, [[], [5], [{}], [bytes.buffer], [new Uint16Array(8)]]],
    ['guard', guard as Any, [[], [{}, 0, 4096, {}], [5, 0, 4096, lease], [{}, -1, 4096, lease]]],
    ['endLease', endLease as Any, [[], [5], [{}]]],
    [
      'share',
      share as Any,
      [[], [{}, 0, ''], [lease, -1, ''], [lease, 0, 5], [lease, 0, 'x'.repeat(2 ** 14)]],
    ],
    ['attach', attach as Any, [[], ['1'], [-1], [2 ** 32]]],
    ['listen', listen as Any, [[], [5], [{}]]],
    ['watchFaults', watchFaults as Any, [[], [bytes], [new Uint32Array(0)]]],
    [
      'startTransfer',
      startTransfer as Any,
      [
        [],
        [0, bytes, 9, 0, 0, {}, () => {}],
        [0, bytes, 0, 0, 0, {}, () => {}],
        [0, bytes, 8, 3, 0, {}, () => {}],
        [0, [1], 1, 0, 0, {}, () => {}],
      ],
    ],
    ['lay', lay as Any, [[], [0, 0, 0, 0], ['0', 4096, 0, 0, 0], [-1, 0, 0, 0, 0], [0, 0.5, 0, 0, 0]]],
    ['clear', clear as Any, [[], [0], ['0', 0], [Number.NaN, 0], [0, -1], [2 ** 64, 0]]],
    [
      'createMemory',
      createMemory as Any,
      [[], [{}], [{}, '1'], [{}, -1], [{}, 0.5], [{}, 1n], [{}, 2 ** 54], [5, 4096]],
    ],
    ['open', open as Any, [[], [{}, 5, 0], [{}, '/dev/null', -1], [{}, 'a\0b', 0], [5, '/dev/null', 0]]],
    ['duplicate', native.duplicate as Any, [[], [{}], [{}, -1], [{}, '1'], [5, 0], [{}, 2 ** 32]]],
    ['copyFromDevice', copyFromDevice as Any, [[], [0, bytes, 9, 0], [0, bytes, 8, 3], [0, [1], 1, 0]]],
    [
      'copyToDevice',
      copyToDevice as Any,
      [[], [0, bytes, 9, 0], [0, bytes, 8, 64], [0, new Uint16Array(8), 1, 0]],
    ],
    [
      'readFifo',
      native.readFifo as Any,
      [[], [0, bytes, 9, 1], [0, bytes, 8, 0], [0, bytes, 8, 16], [0, [1], 1, 1]],
    ],
    [
      'writeFifo',
      native.writeFifo as Any,
      [[], [0, bytes, 9, 1], [0, bytes, 8, 3], [0, new Uint16Array(8), 2, 2]],
    ],
    ['fillDevice', fillDevice as Any, [[], [0, 256, 1, 0], [0, 1, 1, 5], [0, -1, 1, 0], ['0', 1, 1, 0]]],
  ]
  for (const [name, call, misuses] of calls) {
    for (const misuse of misuses) assert.throws(() => call(...misuse), Error, `${name}(${inspect(misuse)})`)
  }
})

test('systemError has the form of Node’s own', () => {
  const error = systemError(12, 'mmap')
  assert.deepEqual([error.code, error.errno, error.syscall], ['ENOMEM', -12, 'mmap'])
  assert.match(error.message, /^ENOMEM: mmap/)
})
