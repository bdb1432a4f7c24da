// npm run vm: what is piped to it is its command's input, to the end; what it can't do, it says.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { ROOT } from '../support/root.js'
import { machineTests } from './support.js'

interface Ended {
  status: number | null
  output: string
  complaint: string
}

/** Its standard input is `input`, and ends there unless it stays open. */
const run = (args: string[], input: string | Buffer, { staysOpen = false } = {}): Promise<Ended> => {
  const child = spawn(process.execPath, [join(ROOT, 'build/vm/main.js'), '--timeout', '300', ...args])
  const ended: Ended = { status: null, output: '', complaint: '' }
  child.stdout.on('data', piece => (ended.output += piece))
  child.stderr.on('data', piece => (ended.complaint += piece))
  child.stdin.on('error', () => {}) // one that ends early reads no more
  child.stdin.write(input)
  if (!staysOpen) child.stdin.end()
  return new Promise(resolve => child.on('close', status => resolve({ ...ended, status })))
}

/** Every byte, also the one that ends a terminal's input; a line longer than a terminal's, and than pipes and ports hold. */
const bytes = Buffer.from(Array.from({ length: 200_000 }, (_, i) => (i < 10_000 ? i % 256 : 0x61)))

machineTests('npm run vm', arch => {
  const on = ['--arch', arch]

  describe(`${arch}: npm run vm`, { concurrency: 2 }, () => {
    test('all of it comes in, and its end stays its end', async () => {
      const command = 'sleep 2; sha256sum; cat; exit 3'
      const { status, output, complaint } = await run([...on, 'sh', '-c', command], bytes)
      assert.equal(output.split(' ')[0], createHash('sha256').update(bytes).digest('hex'), complaint)
      assert.equal(status, 3)
    })

    if (arch !== 'x64') return // what follows is alike on each

    test('without a command, a shell reads what is piped to it', async () => {
      const { status, output, complaint } = await run(on, 'echo "from $(hostname)"; [ -t 0 ] || echo pipe')
      assert.equal(output, 'from guest\npipe\n', complaint)
      assert.equal(status, 0)
    })

    test('QEMU and the kernel are told what is asked for, and the trace is shown', async () => {
      const asked = [
        ...['--trace', '--machine', 'q35', '--append', 'asked=1'],
        ...['--object', 'memory-backend-ram,id=more,size=1M,share=on'],
        ...['--device', 'ivshmem-plain,memdev=more,addr=0a.0'],
        ...['--drive', 'if=none,id=disk,driver=null-co,size=1M'],
        ...['--device', 'nvme,serial=y,drive=disk,addr=0b.0'],
      ]
      const script = `grep -o asked=1 /proc/cmdline
        cat /sys/bus/pci/devices/0000:00:0[ab].0/vendor
        iomap read pci:0000:00:0b.0/0 8`
      const { status, output, complaint } = await run(asked, script)
      assert.equal(output, 'asked=1\n0x1af4\n0x1b36\n0x00010400\n', complaint)
      assert.match(
        complaint,
        /accesses that the devices saw in their BARs: 1\nread {2}4 bytes at 0x\w+: 0x00010400 {2}nvme \(pci:0000:00:0b\.0\/0 at 0x8\)\n$/,
      )
      assert.equal(status, 0)
    })

    test('nothing is an input, too', async () => {
      const { status, output, complaint } = await run([...on, 'cat'], '')
      assert.equal(output, '', complaint)
      assert.equal(status, 0)
    })

    test('a command that reads no more ends, whatever else would come', async () => {
      const { status, output, complaint } = await run([...on, 'head', '-c', '3'], bytes, { staysOpen: true })
      assert.equal(output, '\0\x01\x02', complaint)
      assert.equal(status, 0)
    })
  })
})

describe('what npm run vm refuses', () => {
  const refusals: [args: string, reason: RegExp][] = [
    ['--machine pc --iommu', /a machine 'pc' has no IOMMU: for x64 choose q35, or name none/],
    ['--arch arm64 --machine q35', /no machine 'q35' for arm64: choose one of virt$/m],
    ['--kernel sarge', /no kernel 'sarge' for x64: choose one of bookworm, trixie$/m],
    ['--share /none', /no folder \/none to share with the guest/],
    [`--share ${process.execPath}`, /no folder .*node to share with the guest/],
  ]
  for (const [args, reason] of refusals) {
    test(args, async () => {
      const { status, output, complaint } = await run([...args.split(' '), 'true'], '')
      assert.equal(status, 1)
      assert.match(complaint, reason)
      assert.doesNotMatch(complaint + output, /^ +at /m, 'no stack trace')
    })
  }
})
