// What npm would publish: installed elsewhere, without any install script, it loads and works.
import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'

const PROGRAM = `
import { IoMapping } from 'io-mapping'
import { io_mapping_create_wc } from 'io-mapping/kernel'
import { bit, reg32, registers } from 'io-mapping/registers'
import * as library from 'io-mapping'
import * as testing from 'io-mapping/testing'
import { SimulatedDevice } from 'io-mapping/testing'
using(IoMapping.createWc('memory:64K'))
function using(mapping) {
  mapping.atomic(0, page => page.write32(0, 42))
  console.log(mapping.atomic(0, page => page.read32(0)), typeof io_mapping_create_wc)
  mapping.free()
}
const block = registers({ R: reg32(0, { ON: bit(0) }).reset(1) })
console.log(String(block.at(new SimulatedDevice(block)).R.read()))
for (const [name, value] of Object.entries({ ...library, ...testing })) {
  if (/^class /.test(String(value)) && value.name !== name) console.log(name, 'is called', value.name)
}
`

test('the packed package installs without scripts or dependencies, and works', t => {
  const folder = mkdtempSync(join(tmpdir(), 'io-mapping-package-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const npm = (...args: string[]) =>
    execFileSync('npm', args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
  const root = process.cwd()
  // npm 10 runs `prepare` though it is told not to: the shell for it does nothing
  const noScripts = ['--ignore-scripts', '--script-shell=true']
  const tarball = npm('pack', ...noScripts, '--silent', '--pack-destination', folder, root).trim()
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }')
  npm('install', '--ignore-scripts', '--offline', `./${tarball}`)
  const installed = readdirSync(join(folder, 'node_modules')).filter(name => !name.startsWith('.'))
  assert.deepEqual(installed, ['io-mapping'], 'it depends on nothing')

  writeFileSync(join(folder, 'program.js'), PROGRAM)
  const run = (...args: string[]) => execFileSync(process.execPath, args, { cwd: folder, encoding: 'utf8' })
  assert.equal(run('program.js'), '42 function\nR 0x00000001 { ON: true }\n')
  assert.match(
    execFileSync('node_modules/.bin/iomap', ['--version'], { cwd: folder, encoding: 'utf8' }),
    /^\d+\.\d+\.\d+/,
  )

  // Where it brings no addon for the processor, it says how one is made of what it brings.
  const own = join(folder, 'node_modules/io-mapping')
  assert.ok(statSync(join(folder, tarball)).size <= 600_000, 'it is small')
  rmSync(join(own, `prebuilds/${process.platform}-${process.arch}`), { recursive: true })
  const { stderr } = spawnSync(process.execPath, ['program.js'], { cwd: folder, encoding: 'utf8' })
  const builder = /: node '(.*build-addon\.js)'$/m.exec(stderr)?.[1] ?? assert.fail(stderr)
  mkdirSync(join(folder, 'node_modules/node-api-headers'))
  cpSync('node_modules/node-api-headers', join(folder, 'node_modules/node-api-headers'), { recursive: true })
  run(builder)
  assert.match(run('program.js'), /^42 /)
})
