// What the package brings for each processor: one file for every C library, made of the sources that are here.
import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { parseWords } from '../../processors/processors.js'
import { TempFolder } from '../support/files.js'
import { ROOT } from '../support/root.js'

const PROCESSORS = Object.keys(JSON.parse(readFileSync(join(ROOT, 'scripts/processors.json'), 'utf8')))

/** scripts/check-prebuilds.js, which npm runs before it packs. */
const check = spawnSync(process.execPath, [join(ROOT, 'scripts/check-prebuilds.js')], { encoding: 'utf8' })
const missing = check.status === 0 ? undefined : `NOT TESTED: ${check.stderr.trim().replaceAll('\n', '; ')}`
if (missing !== undefined) {
  assert.ok(!process.env.CI, missing)
  console.error(`io-mapping: ${missing}`)
}

const readelf = (path: string, ...options: string[]): string =>
  execFileSync('readelf', ['--wide', ...options, path], { encoding: 'utf8' })

/** What it takes from others. */
const wantedBy = (path: string): string[] =>
  readelf(path, '--dyn-syms')
    .split('\n')
    .map(line => line.trim().split(/\s+/))
    .filter(([, , , , , , section]) => section === 'UND')
    .map(([, , , , , , , name = '']) => name)
    .filter(Boolean)

test('one of other flags, or of another compiler, is not what is packed', { skip: missing ?? false }, () => {
  using folder = new TempFolder()
  const stampOf = (addon: string) => /io-mapping addon of \w+/.exec(readFileSync(addon, 'latin1'))?.[0]
  const variants = [{ CFLAGS: '-DOTHER' }, { CC: 'env cc' }].map((variables, i) => {
    const ADDON_OUTPUT = join(folder.path, `${i}.node`)
    const env = { ...process.env, ...variables, ADDON_OUTPUT }
    execFileSync(process.execPath, [join(ROOT, 'scripts/build-addon.js')], { env })
    return stampOf(ADDON_OUTPUT)
  })
  const own = stampOf(join(ROOT, `prebuilds/linux-${process.arch}/io-mapping.node`))
  assert.ok(own && variants.every(Boolean))
  assert.equal(new Set([own, ...variants]).size, 3)
})

describe('the addon of each processor', { skip: missing ?? false }, () => {
  for (const processor of PROCESSORS) {
    const path = join(ROOT, `prebuilds/linux-${processor}/io-mapping.node`)

    test(`${processor}: it is a program of the processor, as npm run test:processors knows them`, () => {
      const { elf } = parseWords([processor]).chosen[0] ?? assert.fail()
      const header = readFileSync(path).subarray(0, 20)
      assert.deepEqual([header[4], header.readUInt16LE(18)], [elf.class, elf.machine])
    })

    test(`${processor}: it names no library and no version of one`, () => {
      const dynamic = readelf(path, '--dynamic', '--version-info')
      assert.doesNotMatch(dynamic, /NEEDED|VERNEED|GLIBC/)
      assert.match(dynamic, /NODELETE/)
    })

    test(`${processor}: all that it wants of others is Node-API's, or what C libraries agree on`, () => {
      const wanted = wantedBy(path)
      assert.ok(wanted.length > 60, `${wanted}`)
      // glibc's names for large files, its checked functions, compilers' helpers; statuses that had other names until glibc 2.33
      const disputed = wanted.filter(name =>
        /64$|_chk$|^__(?!errno_location$)|^(f|l)?stat(at)?$|^pread$/.test(name),
      )
      const allowed = /^(x64|arm64|riscv64)$/.test(processor) ? ['pread'] : []
      assert.deepEqual(
        disputed.filter(name => !allowed.includes(name)),
        [],
      )
    })

    test(`${processor}: the stand-in for a Node with musl has what is wanted of Node, or could not load it`, () => {
      const there = new Set(readFileSync(join(ROOT, 'processors/musl/host.c'), 'utf8').match(/\w+/g))
      const ofNode = wantedBy(path).filter(name => /^(napi|uv)_/.test(name))
      assert.ok(ofNode.length > 40, `${ofNode}`)
      assert.deepEqual(
        ofNode.filter(name => !there.has(name)),
        [],
      )
    })

    test(`${processor}: it is stripped, and what was stripped is kept aside`, () => {
      assert.doesNotMatch(readelf(path, '--sections'), /\.debug_|\.symtab/)
      const full = join(ROOT, `build/symbols/linux-${processor}/io-mapping.node`)
      assert.match(readelf(full, '--sections'), /\.debug_info/)
      const id = (file: string) => /Build ID: (\w+)/.exec(readelf(file, '--notes'))?.[1]
      assert.ok(id(path))
      assert.equal(id(path), id(full))
      assert.ok(statSync(path).size < 100_000)
    })
  }
})
