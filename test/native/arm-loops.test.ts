// What the compilers made of the exact copies for arm: each access of the device leaves its address as it was. One that steps it on in
// the same instruction ("ldr w0, [x1], #4") tells a hypervisor nothing, which has to make it in the processor's place.
import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { ROOT } from '../support/root.js'

const WIDTHS = { arm: [8, 16, 32], arm64: [8, 16, 32, 64] } as const
const MNEMONICS: Record<number, string> = { 8: 'b', 16: 'h', 32: '', 64: '' }

const targets = JSON.parse(readFileSync(join(ROOT, 'scripts/processors.json'), 'utf8'))

for (const [processor, widths] of Object.entries(WIDTHS)) {
  const path = join(ROOT, `build/symbols/linux-${processor}/io-mapping.node`)
  const objdump = `${targets[processor].gnu}-objdump`
  const isHere = existsSync(path) && spawnSync(objdump, ['--version']).error === undefined
  const missing = isHere
    ? undefined
    : `NOT TESTED: the copies’ machine code for ${processor} needs npm run prebuilds, and ${objdump}`
  if (missing !== undefined) {
    assert.ok(!process.env.CI, missing)
    console.error(`io-mapping: ${missing}`)
  }

  describe(`${processor}: the exact copies`, { skip: missing ?? false }, () => {
    const text = isHere ? execFileSync(objdump, ['-d', '--no-show-raw-insn', path], { encoding: 'utf8' }) : ''

    /** The accesses of a function, without the suffix that tells how long a Thumb instruction is. */
    const accessesOf = (name: string, kind: 'ldr' | 'str'): string[] => {
      const body = new RegExp(`<${name}>:\\n([^]*?)\\n\\n`).exec(text)?.[1] ?? assert.fail(`no ${name}`)
      const instructions = body.split('\n').map(line => line.split('\t').slice(1).join(' '))
      const own = /\[sp/ // the stack's
      return instructions
        .filter(each => each.startsWith(kind) && !own.test(each))
        .map(each => each.replace('.w', ''))
    }

    for (const width of widths) {
      for (const [name, kind] of [
        ['read', 'ldr'],
        ['write', 'str'],
        ['fill', 'str'],
        ['read_fifo', 'ldr'],
        ['write_fifo', 'str'],
      ] as const) {
        test(`${name}_${width}: one access, of that width, at a plain address`, () => {
          const accesses = accessesOf(`${name}_${width}`, kind)
          assert.equal(accesses.length, 1, accesses.join('; '))
          const register = width === 64 ? 'x' : processor === 'arm64' ? 'w' : 'r'
          const wanted = `^${kind}${MNEMONICS[width]} ${register}\\d+, \\[[xr]\\d+(, #0)?\\]$`
          assert.match(accesses[0] ?? '', new RegExp(wanted))
        })
      }
    }
  })
}
