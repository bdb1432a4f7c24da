// What `iomap doctor` says of a PCI BAR, by sysfs.
import { describeApertures } from '../support/doctor.js'
import {
  both,
  claimed,
  command,
  FOLDER,
  held,
  refuse,
  remove,
  STRICT,
  UNTOLD,
  write,
} from '../support/machine-changes.js'
import { CARD, CONFIG, iomemOf } from '../support/made-up-system.js'
import { FAKE_BUS } from '../support/sysfs.js'

describeApertures({
  [`pci:${CARD}/0`]: {
    device: [
      { name: 'there', state: 'ok', found: /^0000:00:02\.0 \[1234:1111\]$/ },
      {
        name: 'not there',
        change: remove(FOLDER),
        state: 'obstacle',
        found: /no PCI device/,
        commands: /^iomap list$/,
      },
      {
        name: 'without a vendor',
        change: remove(`${FOLDER}/vendor`),
        state: 'obstacle',
        found: /was the device removed/,
      },
    ],
    BAR: [{ name: 'there', state: 'ok', found: /^64K of memory at 0x3f0000000000, 32-bit, prefetchable$/ }],
    'memory types': [
      { name: 'both', state: 'ok', found: /^write-combining, uncached$/ },
      { name: 'one', change: remove(`${FOLDER}/resource0_wc`), state: 'ok', found: /^uncached; createWc/ },
    ],
    power: [
      { name: 'on', change: write(`${FOLDER}/power_state`, 'D0\n'), state: 'ok', found: /^D0$/ },
      { name: 'not told', state: 'ok', found: /as far as is known/ },
      {
        name: 'without power',
        change: write(`${FOLDER}/power_state`, 'D3cold\n'),
        state: 'obstacle',
        found: /^D3cold$/,
        commands: /^echo on > .*\/power\/control$/,
      },
      {
        name: 'asleep',
        change: write(`${FOLDER}/power_state`, 'D3hot\n'),
        state: 'warning',
        found: /^D3hot$/,
        commands: /^echo on > \/sys\/bus\/pci\/devices\/0000:00:02\.0\/power\/control$/,
      },
    ],
    'memory enabled': [
      { name: 'yes', state: 'ok', found: /^yes$/ },
      {
        name: 'no',
        change: command(0),
        state: 'obstacle',
        found: /disabled/,
        commands: /^echo 1 > .*\/enable$/,
      },
      {
        name: 'no, though it was enabled before',
        change: both(command(0), write(`${FOLDER}/enable`, '1\n')),
        state: 'obstacle',
        found: /disabled/,
        commands: /^setpci -s 0000:00:02\.0 COMMAND=2:2$/,
      },
      {
        name: 'no, by its driver',
        change: both(command(0), held),
        state: 'obstacle',
        found: /disabled/,
        commands: /^echo 0000:00:02\.0 > \/sys\/bus\/pci\/drivers\/bochs\/unbind$/,
      },
      {
        name: 'gone',
        change: made => made.write(`${FOLDER}/config`, new Uint8Array(64).fill(0xff)),
        state: 'obstacle',
        found: /does not answer/,
        commands: /rescan$/,
      },
      { name: 'not told', change: remove(`${FOLDER}/config`), state: 'unknown', found: /can’t be read/ },
      {
        name: 'not asked of one that would wake',
        change: both(write(`${FOLDER}/power_state`, 'D3cold\n'), command(0)),
        state: 'unknown',
        found: /would wake/,
      },
    ],
    driver: [
      { name: 'none', state: 'ok', found: /^none$/ },
      {
        name: 'one that has claimed it, and a strict kernel',
        change: both(held, STRICT),
        state: 'obstacle',
        found: /^driver 'bochs' holds it$/,
        commands: /^echo 0000:00:02\.0 > \/sys\/bus\/pci\/drivers\/bochs\/unbind$/,
      },
      {
        name: 'the same, relaxed',
        change: both(held, STRICT, write('/proc/cmdline', 'iomem=relaxed')),
        state: 'warning',
        found: /lets both have it/,
      },
      {
        name: 'the same, and a kernel that is not strict',
        change: held,
        state: 'warning',
        found: /lets both have it/,
      },
      {
        name: 'the same, relaxed, and a kernel of which nothing else is known',
        change: both(held, remove(CONFIG), write('/proc/cmdline', 'iomem=relaxed')),
        state: 'warning',
        found: /lets both have it/,
      },
      {
        name: 'the same, and a kernel of which nothing is known',
        change: both(held, remove(CONFIG)),
        state: 'unknown',
        found: /'bochs' holds it; whether .* not known/,
        commands: /unbind$/,
      },
      {
        name: 'one that has claimed nothing of it',
        change: both(held, STRICT, write('/proc/iomem', iomemOf())),
        state: 'ok',
        found: /has not claimed this BAR/,
      },
      {
        name: 'a claim without a driver',
        change: both(claimed, STRICT),
        state: 'obstacle',
        found: /'bochs' has claimed it/,
        advice: /iomem=relaxed/,
      },
      {
        name: 'one, told to another than root',
        change: both(held, STRICT, UNTOLD),
        state: 'unknown',
        found: /root alone/,
        commands: /unbind$/,
      },
      { name: 'none, told to another than root', change: UNTOLD, state: 'ok', found: /^none$/ },
    ],
    permission: [
      { name: 'may', state: 'ok', found: /^resource0 may be read and written$/ },
      {
        name: 'may not',
        change: refuse(`${FOLDER}/resource0`, 'EACCES'),
        state: 'obstacle',
        found: /no permission/,
        commands: /^sudo/,
      },
      {
        name: 'read-only',
        change: refuse(`${FOLDER}/resource0`, 'EROFS'),
        state: 'obstacle',
        found: /read-only/,
        commands: /remount/,
      },
      {
        name: 'another reason',
        change: refuse(`${FOLDER}/resource0`, 'EIO'),
        state: 'obstacle',
        found: /EIO/,
      },
    ],
    '/sys': [
      {
        name: 'read-only',
        change: write('/proc/self/mounts', 'sysfs /sys sysfs ro 0 0\n'),
        state: 'obstacle',
        found: /read-only/,
      },
    ],
    lockdown: [
      {
        name: 'on',
        change: write('/sys/kernel/security/lockdown', 'none [integrity] confidentiality'),
        state: 'obstacle',
        found: /integrity/,
      },
    ],
  },
  [`pci:${CARD}/1`]: { BAR: [{ name: 'of ports', state: 'obstacle', found: /I\/O ports/ }] },
  [`pci:${CARD}/5`]: {
    BAR: [{ name: 'that is not there', state: 'obstacle', found: /does not exist; .*: 0, 2/ }],
  },
  [`physical:0x${FAKE_BUS.toString(16)}+4K`]: {
    driver: [
      {
        name: 'of the BAR that lies there',
        change: both(held, STRICT),
        state: 'obstacle',
        found: /'bochs' holds it/,
      },
    ],
  },
  [`file:${FOLDER}/resource0`]: {
    driver: [
      {
        name: 'of the BAR that it is',
        change: both(held, STRICT),
        state: 'obstacle',
        found: /'bochs' holds it/,
      },
    ],
  },
})
