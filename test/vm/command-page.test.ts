// docs/command.md: its lines are run in a guest, beside the programs that they replace (guest/command-page.ts).
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { cached } from '../../host/cache.js'
import { HostError } from '../../host/errors.js'
import { unpackPackages } from '../../host/packages.js'
import { runGuest } from '../../vm/guest.js'
import { ROOT } from '../support/root.js'
import { pciutils, skipWithoutPciutils } from './pciutils.js'
import { machineTests } from './support.js'

/** Pengutronix's memtool, from the cache or fetched; undefined where there is no network, which only CI may not pass over. */
const findMemtool = async (): Promise<string | undefined> => {
  try {
    const folder = await cached('.vm/x64/memtool', draft =>
      unpackPackages({ debian: 'amd64', suite: 'bookworm' }, draft, async () => ['memtool']),
    )
    return join(folder, 'usr/bin/memtool')
  } catch (error) {
    if (process.env.CI || !(error instanceof HostError)) throw error
    console.error(`io-mapping: ${error.message}`)
    return undefined
  }
}

/** Debian 12 has no pcimem and no devmem2: what they do, from their arguments on, by busybox's devmem. */
const STAND_INS = {
  '/usr/bin/pcimem': `#!/bin/sh
# FILE OFFSET [TYPE[*COUNT] [VALUE]]
type=\${3:-w}
count=1
case $type in *'*'*) count=\${type#*'*'} ;; esac
case $type in b*) bits=8 ;; h*) bits=16 ;; w*) bits=32 ;; d*) bits=64 ;; esac
line=$((\${1##*resource} + 1))
base=$(sed -n "\${line}s/ .*//p" "\${1%/*}/resource")
at=$((base + $2))
if [ $# -gt 3 ]; then
  devmem $at $bits && devmem $at $bits "$4" && devmem $at $bits
else
  for i in $(seq 0 $((count - 1))); do devmem $((at + i * bits / 8)) $bits; done
fi
`,
  '/usr/bin/devmem2': `#!/bin/sh
# ADDRESS [TYPE [VALUE]]
case \${2:-w} in b) bits=8 ;; h) bits=16 ;; w) bits=32 ;; esac
devmem "$1" $bits
[ $# -lt 3 ] || { devmem "$1" $bits "$3" && devmem "$1" $bits; }
`,
}

const devices = [
  ...['-device', 'e1000e,addr=06.0'],
  ...['-device', 'pcie-root-port,id=port1,slot=7,chassis=1,addr=07.0'],
  ...['-device', 'nvme,serial=y,bus=port1'],
]

machineTests('what docs/command.md says', arch => {
  if (arch !== 'x64') return // the same programs, and this machine's alone are here to be copied
  test(`${arch}: each line of docs/command.md is run, beside what it replaces`, {
    timeout: 400_000,
    skip: skipWithoutPciutils,
  }, async t => {
    const memtool = await findMemtool()
    if (memtool === undefined) return t.skip("NOT TESTED: memtool can't be fetched")
    const { status, output } = await runGuest({
      command: ['node', 'build/test/vm/guest/command-page.js'],
      arch,
      iommu: true,
      modules: ['e1000e'],
      devices,
      copy: { ...pciutils, '/usr/bin/memtool': memtool },
      files: { ...STAND_INS, '/io-mapping/docs/command.md': readFileSync(join(ROOT, 'docs/command.md')) },
      timeoutSeconds: 300,
    })
    assert.equal(status, 0, output.slice(-6000))
    assert.match(output, /^\S+ fail 0$/m)
    for (const [count = ''] of output.matchAll(/\d+ habits/g)) t.diagnostic(count)
  })
})
