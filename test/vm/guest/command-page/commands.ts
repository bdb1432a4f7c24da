// The examples of docs/command.md's table of commands: each is run, and tells what it is to tell.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { commands } from '../../../docs/command-page.js'
import { iomap } from './run.js'

/** By the names of commands. */
const TOLD: Readonly<Record<string, RegExp>> = {
  list: /^0000:00:06\.0 .*\[8086:10d3\], no driver\n(?:.*\n)* +\[e0\] pci-express /,
  info: /0xfea00000/,
  doctor: /^ +ok +BAR +1M of memory at 0xfea00000/m,
  config: /^0x04\.w {2}COMMAND {2}0x0103 {2}IO, MEMORY, SERR\n$/,
  read: /^0x010000ed\n$/,
  write: /^wrote u32 0x12345678 at 0x4 of pci:0000:00:03\.0\/0\n$/,
  get: /^0x0 +E1000E\.CTRL .* SLU: true.*\n0x8 +E1000E\.STATUS\.LU +1\n$/,
  set: /^wrote E1000E\.CTRL 0x[0-9a-f]{8} \{ .*SLU: true/,
  watch: /^ +0\.\d+ {2}0x20 {2}0x00000000\n$/,
  poll: /^0x20 0x00000000, after .* 1 read\n$/,
  dump: /^00000000: 010000ed .*\n00000010: .*\n$/,
  load: /^wrote 64 bytes of firmware\.bin [\s\S]*\nread back: all as written\n$/,
  compare: /^equal/,
  fill: /^wrote/,
  search: /^0xff0: 0xdeadbeef\n0xff4: 0xdeadbeef\n0xff8: 0xdeadbeef\n0xffc: 0xdeadbeef\n$/,
  image: /wrote 64 x 64 pixels/,
  svd: /export const UART0 = registers\(/,
  run: /^wrote E1000E\.CTRL [\s\S]*\nE1000E\.CTRL\.RST 0, after [\s\S]*E1000E\.STATUS .*LU: true/,
  shell: /^$/,
  completion: /complete -F _iomap iomap/,
  demo: /786,432 pixels, all as drawn/,
  help: /^Usage: iomap read/,
}

for (const { name, example } of commands) {
  test(example, async () => {
    const { status, stdout, stderr } = await iomap(example)
    assert.equal(status, 0, stderr)
    assert.match(stdout + stderr, TOLD[name] ?? assert.fail(`nothing says what '${name}' tells`))
  })
}
