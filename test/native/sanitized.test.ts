// The addon's tests on an addon that is built with AddressSanitizer and UndefinedBehaviorSanitizer.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { type ChildOptions, runFile, runModule } from '../support/child.js'
import { TempFolder } from '../support/files.js'
import { ROOT } from '../support/root.js'
import { Variant } from '../support/variant.js'
import { addonTests } from './sanitizer/files.js'
import { sanitizerLibraries } from './sanitizer/libraries.js'

const FLAGS = [
  '-fsanitize=address,undefined',
  '-fno-sanitize-recover=undefined', // also ends the process
  '-fno-omit-frame-pointer',
]

const ASAN_OPTIONS = {
  detect_leaks: 0, // Node's own at exit are many; injection.test.ts counts the addon's blocks
  abort_on_error: 1,
  // V8's handler mends faults of WebAssembly's memory
  ...{ handle_segv: 0, handle_sigbus: 0, allow_user_segv_handler: 1 },
  allocator_may_return_null: 1, // what is too large is refused, as it would be without it
  use_sigaltstack: 0, // signal handlers run where they would without it
}

const options = (of: Readonly<Record<string, number>>): string =>
  Object.entries(of)
    .map(each => each.join('='))
    .join(':')

const libraries = sanitizerLibraries()
const missing =
  libraries === undefined
    ? 'NOT TESTED: the addon under ASan and UBSan needs GCC’s libasan and libubsan (Debian: apt-get install gcc)'
    : undefined
if (missing !== undefined) {
  assert.ok(!process.env.CI, missing)
  console.error(`io-mapping: ${missing}`)
}

const suite = (preload: readonly string[]): void => {
  const folder = new TempFolder()
  const variant = new Variant({ flags: FLAGS })
  after(() => {
    variant[Symbol.dispose]()
    folder[Symbol.dispose]()
  })

  /** How a process is run, with a file that its witness writes to. */
  const sanitized = (witness: string): ChildOptions => ({
    cwd: join(variant.path, 'build'),
    timeout: 300_000,
    env: {
      LD_PRELOAD: preload.join(' '),
      ASAN_OPTIONS: options(ASAN_OPTIONS),
      UBSAN_OPTIONS: options({ abort_on_error: 1, print_stacktrace: 1 }),
      NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ''} --import=${join(variant.path, 'build/test/native/sanitizer/witness.js')}`,
      NODE_TEST_CONTEXT: '', // else it would report in the form that a test runner reads
      IO_MAPPING_ROUNDS: '100',
      IO_MAPPING_STEPS: '1000',
      IO_MAPPING_WITNESS: witness,
    },
  })

  /** What was in one process, at least, that ran. */
  const together = [variant.addon, ...preload]
  const wasThere = (witness: string): boolean =>
    readFileSync(witness, 'utf8')
      .split('\n')
      .some(line => together.every(name => line.split(' ').includes(name)))

  test('a store behind the end of a buffer ends the process', async () => {
    const { signal, stderr } = await runModule(
      `import { native } from '#io-mapping/system/native.js'
      native.fillDevice(native.addressOf(new Uint8Array(new ArrayBuffer(64))) + 56, 1, 16, 8)`,
      sanitized(join(folder.path, 'overflow')),
    )
    assert.equal(signal, 'SIGABRT', stderr)
    assert.match(stderr, /heap-buffer-overflow[\s\S]+ in fill_64 /)
  })

  for (const name of addonTests(join(ROOT, 'build/test'))) {
    test(name, async () => {
      const witness = folder.write(`${name}.witness`, '')
      const { code, signal, stdout, stderr } = await runFile(
        join(variant.path, 'build/test', name),
        sanitized(witness),
      )
      assert.deepEqual([code, signal], [0, null], `${stdout.slice(-20_000)}\n${stderr.slice(-20_000)}`)
      assert.ok(wasThere(witness), `it ran ${variant.addon} and the sanitizers`)
    })
  }
}

describe('the addon under ASan and UBSan', { concurrency: 2, skip: missing ?? false }, () => {
  if (libraries !== undefined) suite(libraries)
})
