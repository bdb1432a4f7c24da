// What the library comes to when a call of its addon fails: each system call, allocation and Node-API call in turn.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { runFile } from '../support/child.js'
import { TempFolder } from '../support/files.js'
import { ROOT } from '../support/root.js'
import { Variant } from '../support/variant.js'
import { Control } from './inject/control.js'
import { importsOf, LEFT_OUT, unaccounted, wrappedIn } from './inject/functions.js'
import { compileWrappers } from './inject/objects.js'
import type { Report } from './inject/run.js'
import { SIZE, scenarios } from './inject/scenarios.js'

const folder = new TempFolder()
const image = folder.write('image', new Uint8Array(SIZE))
const objects = compileWrappers(folder.path)
const wrapped = objects.flatMap(wrappedIn)
const imports = importsOf(join(ROOT, `prebuilds/linux-${process.arch}/io-mapping.node`))
const variant = new Variant({ flags: wrapped.map(name => `-Wl,--wrap=${name}`), sources: objects })
after(() => {
  variant[Symbol.dispose]()
  folder[Symbol.dispose]()
})

test('each function that native/ calls can be made to fail, or is left out for a reason', () => {
  assert.deepEqual(unaccounted(imports, wrapped), [])
  assert.equal(
    unaccounted(['memcpy', 'mmap', 'napi_run_script'], wrapped).length,
    1,
    'it tells what is missing',
  )
})

const failed = new Set<string>()

const runScenario = async (name: string): Promise<Report> => {
  const path = join(folder.path, `control of ${name}`)
  using control = Control.create(path)
  const { code, signal, stdout, stderr } = await runFile(
    join(variant.path, 'build/test/native/inject/run.js'),
    {
      flags: ['--expose-gc'],
      args: [path, image, name],
      cwd: join(variant.path, 'build'),
      env: { IO_MAPPING_INJECT: path },
    },
  )
  const last = JSON.stringify(control.seen())
  assert.deepEqual([code, signal], [0, null], `it ended when this had failed: ${last}\n${stderr}`)
  return JSON.parse(stdout) as Report
}

describe('when any call fails, what is thrown is an Error, and nothing is left behind', {
  concurrency: 2,
}, () => {
  for (const name of Object.keys(scenarios(image))) {
    test(name, async t => {
      const { outcomes, failed: functions, problems } = await runScenario(name)
      for (const each of functions) failed.add(each)
      const counts = outcomes.map(
        ({ kind, onwards, calls }) => `${calls} ${kind}${onwards ? ' and all behind' : ''}`,
      )
      t.diagnostic(`${name}: ${counts.join(', ')}`)
      assert.deepEqual(problems, [])
    })
  }
})

test('each of them has failed', () => {
  const wanted = imports.filter(name => !Object.hasOwn(LEFT_OUT, name))
  assert.deepEqual(
    wanted.filter(name => !failed.has(name)),
    [],
    'give test/native/inject/scenarios.ts a scenario that calls them',
  )
})
