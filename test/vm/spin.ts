// A WebAssembly module that reads device pages in its own memory, in a loop; the host makes it, since the guest has no
// tools for that.
import wabt from 'wabt'

/** Where the guest finds it. */
export const SPIN = '/io-mapping/spin.wasm'

/** `spin` reads the word at `at`, `times` at most, until it is all ones; how often it was something else. */
const SOURCE = `(module
  (memory (export "memory") 4 4)
  (func (export "spin") (param $at i32) (param $times i32) (result i32)
    (local $n i32)
    (block $end
      (loop $again
        (br_if $end (i32.eq (local.get $n) (local.get $times)))
        (br_if $end (i32.eq (i32.load (local.get $at)) (i32.const -1)))
        (local.set $n (i32.add (local.get $n) (i32.const 1)))
        (br $again)))
    (local.get $n)))`

export const spinModule = async (): Promise<Uint8Array> =>
  (await wabt()).parseWat('spin.wat', SOURCE).toBinary({}).buffer
