// What `iomap doctor` says of the kernel.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { GENERAL } from '../../src/cli/doctor/general.js'
import { type Expected, expectFinding } from '../support/doctor.js'
import { both, refuse, remove, write } from '../support/machine-changes.js'
import { CONFIG, type MadeUpSystem, RELEASE, SECURE_BOOT } from '../support/made-up-system.js'

const ALL = () => GENERAL.flatMap(({ checks }) => checks)

const LOCKDOWN = '/sys/kernel/security/lockdown'
const MOUNTS = '/proc/self/mounts'
const PAT = '/sys/kernel/debug/x86/pat_memtype_list'
const STRICT = 'CONFIG_DEVMEM=y\nCONFIG_STRICT_DEVMEM=y\nCONFIG_IO_STRICT_DEVMEM=y\n'
const NO_CONFIG = remove(CONFIG)

const CASES: Record<string, readonly Expected[]> = {
  lockdown: [
    { name: 'none', state: 'ok', found: /^none$/ },
    {
      name: 'by Secure Boot',
      change: write(LOCKDOWN, 'none [integrity] confidentiality\n'),
      state: 'obstacle',
      found: /^integrity$/,
      advice: /Secure Boot off/,
    },
    {
      name: 'by a word of the kernel’s',
      change: both(
        write(LOCKDOWN, 'none integrity [confidentiality]\n'),
        write('/proc/cmdline', 'lockdown=confidentiality\n'),
      ),
      state: 'obstacle',
      found: /^confidentiality$/,
      advice: /without lockdown=/,
    },
    { name: 'a kernel without it', change: remove(LOCKDOWN), state: 'ok', found: /this kernel has none/ },
    {
      name: 'a kernel that was built without it',
      change: both(remove('/sys/kernel/security'), write(CONFIG, 'CONFIG_DEVMEM=y\n')),
      state: 'ok',
      found: /this kernel has none/,
    },
    {
      name: 'no securityfs',
      change: remove('/sys/kernel/security'),
      state: 'unknown',
      found: /does not exist/,
      commands: /^mount -t securityfs/,
    },
    { name: 'another text', change: write(LOCKDOWN, 'yes\n'), state: 'unknown', found: /says "yes\\n"/ },
  ],
  'Secure Boot': [
    { name: 'off', state: 'ok', found: /^off$/ },
    {
      name: 'on',
      change: write(SECURE_BOOT, new Uint8Array([6, 0, 0, 0, 1])),
      state: 'warning',
      found: /^on$/,
    },
    { name: 'no UEFI', change: remove('/sys/firmware/efi'), state: 'ok', found: /not started by UEFI/ },
    {
      name: 'no efivarfs',
      change: both(remove('/sys/firmware/efi/efivars'), made => made.folder('/sys/firmware/efi/efivars')),
      state: 'unknown',
      found: /is empty/,
      commands: /^mount -t efivarfs/,
    },
    {
      name: 'a firmware without it',
      change: both(remove(SECURE_BOOT), write('/sys/firmware/efi/efivars/Boot0000-8be4df61', '')),
      state: 'ok',
      found: /the firmware has none/,
    },
    { name: 'too short', change: write(SECURE_BOOT, '123'), state: 'unknown', found: /neither on nor off/ },
  ],
  STRICT_DEVMEM: [
    { name: 'yes', state: 'ok', found: /^yes/ },
    { name: 'no', change: write(CONFIG, 'CONFIG_DEVMEM=y\n'), state: 'ok', found: /^no: RAM/ },
    {
      name: 'no /dev/mem',
      change: write(CONFIG, 'CONFIG_VFIO=y\n'),
      state: 'ok',
      found: /there is no \/dev\/mem/,
    },
    {
      name: 'not known',
      change: NO_CONFIG,
      state: 'unknown',
      found: /config\.gz does not exist, .*config-6/,
    },
  ],
  IO_STRICT_DEVMEM: [
    { name: 'no', state: 'ok', found: /^no/ },
    { name: 'yes', change: write(CONFIG, STRICT), state: 'warning', found: /^yes$/, advice: /iomem=relaxed/ },
    {
      name: 'yes, with GRUB',
      change: both(write(CONFIG, STRICT), write('/usr/sbin/update-grub', '')),
      state: 'warning',
      found: /^yes$/,
      commands:
        /GRUB_CMDLINE_LINUX="\$GRUB_CMDLINE_LINUX iomem=relaxed"' >> \/etc\/default\/grub\nupdate-grub/,
    },
    {
      name: 'yes, with grubby',
      change: both(write(CONFIG, STRICT), write('/usr/sbin/grubby', '')),
      state: 'warning',
      found: /^yes$/,
      commands: /^grubby --update-kernel=ALL --args=iomem=relaxed$/m,
    },
    {
      name: 'relaxed',
      change: both(write(CONFIG, STRICT), write('/proc/cmdline', 'quiet iomem=relaxed')),
      state: 'ok',
      found: /iomem=relaxed$/,
    },
    {
      name: 'not relaxed by a word that is init’s',
      change: both(write(CONFIG, STRICT), write('/proc/cmdline', 'quiet -- iomem=relaxed')),
      state: 'warning',
      found: /^yes$/,
    },
    { name: 'not known', change: NO_CONFIG, state: 'unknown', found: /how the kernel was built/ },
  ],
  '/dev/mem': [
    { name: 'there', state: 'ok', found: /read and written/ },
    { name: 'not there', change: remove('/dev/mem'), state: 'warning', found: /^does not exist$/ },
    {
      name: 'not in the kernel',
      change: both(remove('/dev/mem'), write(CONFIG, 'CONFIG_VFIO=y\n')),
      state: 'warning',
      found: /built without CONFIG_DEVMEM/,
    },
    {
      name: 'for root alone',
      change: refuse('/dev/mem', 'EACCES'),
      state: 'warning',
      found: /no permission/,
      commands: /^sudo/,
    },
    {
      name: 'without the capability',
      change: write('/proc/self/status', 'CapEff:\t0000000000000000\n'),
      state: 'warning',
      found: /CAP_SYS_RAWIO/,
    },
    { name: 'nothing told', change: remove('/proc/self/status'), state: 'unknown', found: /does not exist/ },
  ],
  '/sys': [
    { name: 'as it should be', state: 'ok', found: /to be written/ },
    {
      name: 'read-only',
      change: write(MOUNTS, 'sysfs /sys sysfs ro,nosuid 0 0\n'),
      state: 'obstacle',
      found: /read-only/,
      commands: /remount,rw \/sys/,
    },
    {
      name: 'read-only, and mounted over it',
      change: write(MOUNTS, 'sysfs /sys sysfs ro 0 0\nsysfs /sys sysfs rw 0 0\n'),
      state: 'ok',
      found: /to be written/,
    },
    {
      name: 'not there',
      change: write(MOUNTS, ''),
      state: 'obstacle',
      found: /not mounted/,
      commands: /^mount -t sysfs/,
    },
    { name: 'not known', change: remove(MOUNTS), state: 'unknown', found: /does not exist/ },
  ],
  debugfs: [
    { name: 'there', state: 'ok', found: /tells memory types/ },
    { name: 'another processor', facts: { machine: 'aarch64' }, state: 'ok', found: /only x86/ },
    {
      name: 'for root alone',
      change: refuse(PAT, 'EACCES'),
      state: 'warning',
      found: /root alone/,
      commands: /^sudo/,
    },
    {
      name: 'not mounted',
      change: both(remove('/sys/kernel/debug'), write(MOUNTS, '')),
      state: 'warning',
      found: /not mounted/,
      commands: /^mount -t debugfs/,
    },
    {
      name: 'not in the kernel',
      change: both(remove('/sys/kernel/debug'), write(CONFIG, 'CONFIG_VFIO=y\n')),
      state: 'warning',
      found: /this kernel has none/,
    },
    { name: 'without that file', change: remove(PAT), state: 'unknown', found: /ENOENT/ },
  ],
}

for (const [check, cases] of Object.entries(CASES))
  describe(check, () => {
    for (const each of cases) test(each.name, () => void expectFinding(ALL, check, each))
  })

describe('where the kernel tells how it was built', () => {
  const places: [string, (made: MadeUpSystem) => void][] = [
    ['/proc/config.gz', write('/proc/config.gz', gzipSync(STRICT))],
    ['/boot', write(CONFIG, STRICT)],
    ['/lib/modules', both(NO_CONFIG, write(`/lib/modules/${RELEASE}/config`, STRICT))],
    ['/boot, behind one that is no gzip', both(write('/proc/config.gz', 'x'), write(CONFIG, STRICT))],
  ]
  for (const [name, change] of places)
    test(
      name,
      () => void expectFinding(ALL, 'IO_STRICT_DEVMEM', { name, change, state: 'warning', found: /^yes$/ }),
    )

  test('each that failed is named', () => {
    const change = both(
      write('/proc/config.gz', gzipSync(Buffer.alloc(17 * 2 ** 20))),
      write(CONFIG, 'hello'),
    )
    const { found } = expectFinding(ALL, 'STRICT_DEVMEM', { name: '', change, state: 'unknown', found: /./ })
    assert.match(
      found,
      /config\.gz can't be unpacked, \/boot\/.* says nothing of a kernel, \/lib.* does not exist/,
    )
  })
})
