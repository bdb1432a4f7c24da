// The accesses that the command's work on ranges makes of a device: each once, at its width, in ascending order.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runGuest, type TraceEntry } from '../../vm/guest.js'
import { guestTests } from './support.js'

const CMB = 'pci:0000:00:04.0/2'
const SNAPSHOT = '/tmp/snapshot'

/** `count` accesses of a width, from 0x40 on. */
const row = (kind: TraceEntry['kind'], size: number, count: number): string[] =>
  Array.from({ length: count }, (_, i) => `${kind} ${size} at 0x${(0x40 + i * size).toString(16)}`)

const STEPS: readonly [words: string, exit: number, accesses: readonly string[]][] = [
  [`fill ${CMB} 0x40 8 0xabcd --width u16 --verify`, 0, [...row('write', 2, 4), ...row('read', 2, 4)]],
  [`search ${CMB} 0xabcd 0x40 16 --width u16`, 0, row('read', 2, 8)],
  [`search ${CMB} --bytes cdabcdab 0x40 16`, 0, row('read', 4, 4)],
  [`dump ${CMB} 0x40 16 --output ${SNAPSHOT}`, 0, row('read', 4, 4)],
  [`compare ${CMB} ${SNAPSHOT} --offset 0x40:0 --length 16 --width u64`, 0, row('read', 8, 2)],
  [`fill ${CMB} 0x40 4 0`, 0, row('write', 4, 1)],
  [`compare ${SNAPSHOT} ${CMB} --offset 0:0x40 --length 16 --width u8`, 1, row('read', 1, 16)],
  [`fill ${CMB} 0x42 4 1`, 1, []],
  [`search ${CMB} 0x12345678 0x40 16`, 1, row('read', 4, 4)],
]

guestTests('the accesses of fill, search and compare', ({ arch, line, name }) => {
  test(`${name}: fill, search and compare touch a device exactly`, { timeout: 400_000 }, async () => {
    const checks = STEPS.map(([words, exit]) => `$iomap ${words}; [ $? = ${exit} ] || exit 9`)
    const { status, output, trace } = await runGuest({
      command: [
        'sh',
        '-c',
        [
          "iomap='node dist/cli/iomap.js'",
          'echo 1 > /sys/bus/pci/devices/0000:00:04.0/enable',
          ...checks,
        ].join('\n'),
      ],
      arch,
      node: line,
      trace: ['nvme-cmb'],
      timeoutSeconds: 300,
    })
    assert.equal(status, 0, output.slice(-2000))
    const seen = trace.map(({ kind, size, offset = -1 }) => `${kind} ${size} at 0x${offset.toString(16)}`)
    assert.deepEqual(
      seen,
      STEPS.flatMap(([, , accesses]) => accesses),
    )
  })
})
