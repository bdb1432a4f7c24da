;; Fletcher's checksum over 64-bit words: two sums, where the second one makes the order count. The words may lie anywhere
;; in the memory; where device pages are laid into it, they are read in place.
(module
  (memory (export "memory") 17 17) ;; 64 KiB of its own, and a window of 1 MiB
  (global $first (mut i64) (i64.const 0))
  (global $second (mut i64) (i64.const 0))

  ;; Adds the words from $at to $end, both multiples of 8.
  (func (export "add") (param $at i32) (param $end i32)
    (local $first i64)
    (local $second i64)
    (local.set $first (global.get $first))
    (local.set $second (global.get $second))
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $at) (local.get $end)))
        (local.set $first (i64.add (local.get $first) (i64.load (local.get $at))))
        (local.set $second (i64.add (local.get $second) (local.get $first)))
        (local.set $at (i32.add (local.get $at) (i32.const 8)))
        (br $next)))
    (global.set $first (local.get $first))
    (global.set $second (local.get $second)))

  (func (export "first") (result i64) (global.get $first))
  (func (export "second") (result i64) (global.get $second)))
