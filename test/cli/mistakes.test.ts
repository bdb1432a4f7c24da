import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { ROOT } from '../support/root.js'
import { iomap, outcome, start, temporaryFolder } from './iomap.js'

const folder = temporaryFolder()
const empty = join(folder, 'empty')
const some = join(folder, 'some')
writeFileSync(empty, '')
writeFileSync(some, 'some text')

const MISTAKES: [words: string, code: number, message: RegExp][] = [
  ['lst', 2, /unknown command 'lst' \(Did you mean list\?\)/],
  ['lst --help', 2, /unknown command 'lst' \(Did you mean list\?\)/],
  ['nothing --help', 2, /unknown command 'nothing'; iomap help lists all$/m],
  ['nothing -V', 2, /unknown command 'nothing'/],
  ['demo --outptu x', 2, /unknown option '--outptu' \(Did you mean --output\?\)/],
  ['--bogus', 2, /unknown option '--bogus'/],
  ['read memory:1M', 2, /missing required argument 'offset'/],
  ['read memory:1M 0 1', 2, /too many arguments/],
  ['read memory:1M 1z', 2, /OFFSET is '1z'; it must be a whole number such as/],
  [
    'read memory:1M CTRL',
    2,
    /'CTRL' is no offset such as 4096 or 0x1000; names .* --svd FILE, or of --block/,
  ],
  [
    `read file:${some}@1<<60 0`,
    2,
    /^iomap: the offset in file:PATH@OFFSET\+SIZE is '1<<60'; it must be a whole/,
  ],
  ['watch memory:1M CTRL.EN', 2, /'CTRL\.EN' is no offset .* --svd FILE, or of --block/],
  ['poll memory:1M CTRL=1', 2, /'CTRL' is no offset .* --svd FILE, or of --block/],
  [
    'read memory:1M 010',
    2,
    /OFFSET is '010'; it must be written without the 0 in front: 0o10 \(8, .*\) or 10$/m,
  ],
  ['write memory:1M 0 007', 2, /VALUE is '007'; it must be written without the 0 in front/],
  ['read 00:03.0/0 0', 2, /'00:03\.0\/0'; .* Did you mean pci:0000:00:03\.0\/0\?/],
  ['read pci:00:03.0 0', 2, /Did you mean pci:0000:00:03\.0\/0\?/],
  ['read 0001:00:03.0/2 0', 2, /Did you mean pci:0001:00:03\.0\/2\?/],
  ['doctor 00:03.0', 2, /Did you mean pci:0000:00:03\.0\/0\?/],
  ['read /dev/uio1 0', 2, /Did you mean uio:1\/0\?/],
  ['read /dev/mem 0', 2, /Did you mean physical:0xfd000000\+4K\?/],
  ['read 0xfd000000 0', 2, /Did you mean physical:0xfd000000\+4K\?/],
  ['read 16M 0', 2, /Did you mean memory:16M\?/],
  ['read some 0', 2, /Did you mean file:some\?/],
  ['read mem:1M 0', 2, /Did you mean memory:1M\?$/m],
  ['read memroy:1M 0', 2, /Did you mean memory:1M\?$/m],
  ['read Memory:1M 0', 2, /Did you mean memory:1M\?$/m],
  ['read fil:some 0', 2, /Did you mean file:some\?$/m],
  ['read mem:0xfd000000+4K 0', 2, /Did you mean physical:0xfd000000\+4K\?$/m],
  ['read phys:0xfd000000+4K 0', 2, /Did you mean physical:0xfd000000\+4K\?$/m],
  ['read pcie:00:03.0/0 0', 2, /Did you mean pci:0000:00:03\.0\/0\?$/m],
  ['read pci:00:03.0:2 0', 2, /Did you mean pci:0000:00:03\.0\/2\?$/m],
  ['read /sys/bus/pci/devices/ffff:ff:1f.7/resource2_wc 0', 2, /Did you mean pci:ffff:ff:1f\.7\/2\?$/m],
  ['read /sys/devices/pci0000:00/0000:ff:1f.7/resource0 0', 2, /Did you mean pci:0000:ff:1f\.7\/0\?$/m],
  ['compare mem:1M some', 2, /there is no file 'mem:1M'\. Did you mean memory:1M\?$/m],
  ['read mem:zz 0', 2, /0000:00:04\.0\/0$/m],
  ['read memory:1M -4', 2, /OFFSET is '-4'; /],
  ['read memory:1M 0 --width word', 2, /'word' is invalid\. Allowed choices are u8, u16, u32, u64/],
  ['read memory:1M 0 --count 0', 2, /--count is 0; it must be 1 or more/],
  ['read memory:1M 0 --count x', 2, /--count is 'x'/],
  ['read nowhere:1 0', 2, /'nowhere:1'; it must be one of memory:256M, /],
  ['read memory: 0', 2, /the size in memory:SIZE is ''/],
  ['read memory:1M 1M', 1, /ERR_IO_RANGE: read: 0x4 bytes at offset 0x100000 are not in memory:1M/],
  ['read memory:1M 0xffffc --count 2', 1, /ERR_IO_RANGE: /],
  ['read memory:1M 2', 1, /ERR_IO_ALIGN: read: offset 0x2 of memory:1M is not at a multiple of 4/],
  ['read file:/does/not/exist 0', 1, /ERR_IO_NO_APERTURE: /],
  ['read pci:ffff:ff:1f.7/0 0', 1, /ERR_IO_NO_APERTURE: There is no PCI device ffff:ff:1f\.7 here/],
  ['info pci:nonsense/0', 2, /PCI address is 'nonsense'/],
  ['list 8086', 2, /'8086' is no filter; it must be one such as 0000:00:03\.0, /],
  ['list ffff:ff:1f.7', 1, /none of the [0-9]+ PCI devices here is ffff:ff:1f\.7/],
  ['list --resources -v', 2, /--resources lists addresses, not devices/],
  ['config', 2, /missing required argument 'address'/],
  ['config nonsense', 2, /PCI address is 'nonsense'; it must be of the form/],
  ['config pci:0000:00:06.0/0 COMMAND', 2, /PCI address is .*\. Did you mean 0000:00:06\.0\?/],
  ['list pci:00:06.0', 2, /is no filter; .*\. Did you mean 00:06\.0\?/],
  ['doctor pci:0000:00:06.0', 2, /must be of the form .*\. Did you mean pci:0000:00:06\.0\/0\?/],
  ['config ffff:ff:1f.7', 1, /ERR_IO_NO_APERTURE: There is no PCI device ffff:ff:1f\.7 here/],
  ['config ffff:ff:1f.7 10.w', 2, /'10', without 0x; write 0x10, as setpci reads it, or 0xa/],
  ['config ffff:ff:1f.7 COMMAND --dry-run', 2, /--dry-run is for what is written/],
  ['config ffff:ff:1f.7 COMMAND --dump', 2, /--dump prints all bytes/],
  [
    'read file:/dev/zero 0',
    2,
    /: file:\/dev\/zero is a device node, .* how much of it is meant: file:\/dev\/zero\+\d+K$/m,
  ],
  ['read file:/dev/zero+x 0', 2, /the size in file:PATH@OFFSET\+SIZE is 'x'/],
  ['read /dev/zero+4K 0', 2, /Did you mean file:\/dev\/zero\+4K\?/],
  ['read file:/dev/zero+4K 4K', 1, /ERR_IO_RANGE: read: .* not in file:\/dev\/zero\+4K/],
  [
    'read file:/dev/zero+4K 0 --wc',
    1,
    /ERR_IO_MEMORY_TYPE: file:\/dev\/zero\+4K can't be mapped write-combining, only unknown$/m,
  ],
  [`dump file:${some}@1+2 --output ${some}`, 2, /--output is .*, the aperture's own file/],
  ['write memory:1M 0', 2, /missing required argument 'value'/],
  ['write memory:1M 0 0x', 2, /VALUE is '0x'; it must be a whole number/],
  ['write memory:1M 0 1.5', 2, /VALUE is '1\.5'/],
  ['write memory:1M 0 256 --width u8', 2, /VALUE is 256, which does not fit a u8/],
  ['write memory:1M 0 -129 --width u8', 2, /VALUE is -129, which does not fit a u8/],
  [
    'write memory:1M 0 -0x81 --width u8',
    2,
    /VALUE is -0x81, which does not fit a u8; choose a wider --width$/m,
  ],
  ['write memory:1M 0 -0x', 2, /VALUE is '-0x'; it must be a whole number/],
  ['write memory:1M 0 0x1_0000_0000_0000_0000 --width u64', 2, /does not fit a u64; no access is wider$/m],
  ['read memory:1M -0x4', 2, /OFFSET is '-0x4'; /],
  ['watch memory:1M 0 --interval -1ms', 2, /--interval is '-1ms'; /],
  ['write memory:1M 0x100000 1', 1, /ERR_IO_RANGE: write: /],
  ['write memory:1M 1 1 --width u16', 1, /ERR_IO_ALIGN: write: /],
  ['dump memory:1M 1M', 1, /ERR_IO_RANGE: dump: offset 0x100000 is not in memory:1M/],
  ['dump memory:1M 0 2M', 1, /ERR_IO_RANGE: dump: /],
  ['dump memory:1M 0 0', 2, /LENGTH is 0; it must be 1 or more/],
  ['dump memory:1M 0 6 --width u32', 1, /ERR_IO_ALIGN: dump: 0x6 bytes are no multiple of 4/],
  ['dump memory:1M --output /does/not/exist', 1, /ENOENT: .*\/does\/not\/exist/],
  ['load memory:1M 0 /does/not/exist', 1, /ENOENT: .*\/does\/not\/exist/],
  [`load memory:1M 0 ${folder}`, 1, /is a folder; name a file in it/],
  [`load memory:1M 0 ${empty}`, 1, /is empty: there is nothing to write/],
  [`load memory:8 0 ${some}`, 1, /ERR_IO_RANGE: load: 0x9 bytes at offset 0x0 are not in memory:0x8/],
  [`load memory:16 8 ${some}`, 1, /ERR_IO_RANGE: load: /],
  [
    'image memory:1M --output x.png',
    2,
    /nothing tells what picture lies in memory:1M: .*Say it: --size 1024x768$/m,
  ],
  ['image memory:1M --size 10x10', 2, /required option '-o, --output <file>' not specified/],
  ['image memory:1M --size 10 --output x.png', 2, /--size is '10'; it must be WIDTHxHEIGHT/],
  [
    'image memory:1M --size 99999x99999 --output x.png',
    2,
    /--size is 99999x99999; a picture has 134217728 pixels at most/,
  ],
  [
    'image memory:1M --size 100000000000000000000x1 --output x.png',
    2,
    /a picture has 134217728 pixels at most/,
  ],
  ['image memory:1M --size 0x10 --output x.png', 2, /--size is '0x10'/],
  [
    'image memory:1M --size 10x10 --stride 39 --output x.png',
    2,
    /--stride is 39, and a row of 10 pixels has 40/,
  ],
  ['image memory:1M --size 10x10 --format rgb --output x.png', 2, /Allowed choices are xrgb8888, /],
  ['image memory:1M --size 1024x768 --output x.png', 1, /ERR_IO_RANGE: image: /],
  ['image memory:1M --size 10x10 --output /does/not/exist.png', 1, /ENOENT/],
  [`image file:${some} --size 1x1 --output ${some}`, 2, /--output is .*, the aperture's own file/],
  ['demo --aperture memory:1M', 1, /the picture takes 3M/],
  ['demo --offset 2', 2, /--offset is 2; .* a multiple of 4/],
  ['demo --offset 254M', 1, /the picture takes 3M .* at offset 0xfe00000, and memory:256M has 256M/],
  ['demo --output /does/not/exist.png', 1, /ENOENT/],
  ['help nothing', 2, /unknown command 'nothing'; iomap help lists all$/m],
  ['help raed', 2, /unknown command 'raed' \(Did you mean read\?\)$/m],
  ['iomap read memory:1M 0', 2, /unknown command 'iomap'; leave it out, and begin with/],
]

for (const [words, code, message] of MISTAKES) {
  test(`one line and ${code}: iomap ${words}`, async () => {
    const result = await iomap(words.split(' '), folder)
    assert.equal(result.stdout, '')
    assert.match(result.stderr, /^iomap: [^\n]+\n$/)
    assert.match(result.stderr, message)
    assert.equal(result.code, code)
  })
}

for (const words of ['--help', 'read memory:4K 0', 'dump memory:1M']) {
  test(`one line and 1 where stdout has no space: iomap ${words}`, async () => {
    const full = openSync('/dev/full', 'w')
    const child = start(words.split(' '), folder, process.env, full)
    closeSync(full)
    const { code, stderr } = await outcome(child)
    assert.deepEqual({ code, stderr }, { code: 1, stderr: 'iomap: ENOSPC: no space left on device, write\n' })
  })
}

test('IOMAP_DEBUG=1 shows where', async () => {
  const words = ['read', 'memory:1M', '1M']
  const { stderr } = await outcome(start(words, folder, { ...process.env, IOMAP_DEBUG: '1' }))
  assert.match(stderr, /^iomap: ERR_IO_RANGE: .*\nIoMappingError: .*\n {4}at /)
})

test('a folder that is gone', async () => {
  const { code, stderr } = await outcome(
    spawn(
      'sh',
      ['-c', 'rmdir "$PWD" && exec "$0" "$1" run x', process.execPath, join(ROOT, 'dist/cli/iomap.js')],
      {
        cwd: mkdtempSync(join(folder, 'gone')),
      },
    ),
  )
  assert.deepEqual(
    [code, stderr],
    [1, 'iomap: the folder in which this is run is gone; go to another (cd)\n'],
  )
})
