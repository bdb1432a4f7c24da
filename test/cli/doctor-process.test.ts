// What `iomap doctor` says of a process: its rights and limits, and the container that it may be in.
import { describe, test } from 'node:test'
import { GENERAL } from '../../src/cli/doctor/general.js'
import { type Expected, expectFinding } from '../support/doctor.js'
import { remove, write } from '../support/machine-changes.js'
import { limits, type MadeUpSystem } from '../support/made-up-system.js'

const ALL = () => GENERAL.flatMap(({ checks }) => checks)

const limited = (name: string, most: number) => write('/proc/self/limits', limits({ [name]: most }))
const STATUS = '/proc/self/status'
const ownNamespace = (made: MadeUpSystem) => made.link('/proc/self/ns/pid', 'pid:[4026532179]')

const CASES: Record<string, readonly Expected[]> = {
  user: [
    { name: 'root', state: 'ok', found: /^root$/ },
    {
      name: 'another',
      facts: { uid: 1000, user: 'ada' },
      state: 'obstacle',
      found: /^ada \(1000\), not root$/,
      commands: /^sudo npx iomap/,
    },
    {
      name: 'root of a user namespace',
      change: write('/proc/self/uid_map', '         0       1000          1\n'),
      state: 'obstacle',
      found: /user namespace/,
    },
    {
      name: 'a kernel without user namespaces',
      change: remove('/proc/self/uid_map'),
      state: 'ok',
      found: /^root$/,
    },
  ],
  capabilities: [
    { name: 'all', state: 'ok', found: /CAP_SYS_RAWIO, CAP_SYS_ADMIN, CAP_IPC_LOCK/ },
    {
      name: 'root without two of them',
      change: write(STATUS, 'CapEff:\t0000000000020000\n'),
      state: 'warning',
      found: /^lacks CAP_SYS_ADMIN \(.*CAP_IPC_LOCK/,
      commands: /^docker run --cap-add/,
    },
    {
      name: 'root with just that for addresses',
      change: write(STATUS, 'CapEff:\t0000000000200000\n'),
      state: 'warning',
      found: /^lacks CAP_SYS_RAWIO \([^)]*\), CAP_IPC_LOCK \([^)]*\)$/,
    },
    {
      name: 'another user’s',
      change: write(STATUS, 'CapEff:\t0000000000000000\n'),
      facts: { uid: 1000 },
      state: 'warning',
      found: /CAP_SYS_RAWIO/,
      commands: /^sudo/,
    },
    {
      name: 'nothing told',
      change: write(STATUS, 'Name: node\n'),
      state: 'unknown',
      found: /says nothing of cap/,
    },
    { name: 'no /proc', change: remove(STATUS), state: 'unknown', found: /status does not exist/ },
  ],
  container: [
    { name: 'none', state: 'ok', found: /machine’s own/ },
    {
      name: 'none, of an image that was docker’s',
      change: write('/.dockerenv', ''),
      state: 'ok',
      found: /machine’s own/,
    },
    {
      name: 'docker',
      change: made => {
        ownNamespace(made)
        made.write('/.dockerenv', '')
      },
      state: 'warning',
      found: /^yes: docker/,
      commands: /--device/,
    },
    {
      name: 'podman',
      change: made => {
        ownNamespace(made)
        made.write('/run/.containerenv', '')
      },
      state: 'warning',
      found: /podman/,
    },
    {
      name: 'systemd’s',
      change: made => {
        ownNamespace(made)
        made.write('/run/systemd/container', 'systemd-nspawn\n')
      },
      state: 'warning',
      found: /systemd-nspawn/,
    },
    {
      name: 'by its cgroup, where namespaces are not told',
      change: made => {
        made.remove('/proc/self/ns')
        made.write('/proc/1/cgroup', '0::/kubepods/besteffort/pod1\n')
      },
      state: 'warning',
      found: /kubepods/,
    },
    { name: 'some other', change: ownNamespace, state: 'warning', found: /namespaces of its own \(pid\)/ },
    {
      name: 'a service with a namespace of its own',
      change: made => made.link('/proc/self/ns/ipc', 'ipc:[4026532179]'),
      state: 'ok',
      found: /no sign of one but.*ipc/,
    },
    {
      name: 'none, where namespaces are not told',
      change: remove('/proc/self/ns'),
      state: 'ok',
      found: /^no sign of one$/,
    },
    {
      name: 'nothing told',
      change: made => {
        made.remove('/proc/self/ns')
        made.remove('/proc/1/cgroup')
      },
      state: 'unknown',
      found: /cgroup does not exist/,
    },
  ],
  'locked memory': [
    { name: 'no limit', state: 'ok', found: /^unlimited$/ },
    {
      name: 'a limit that does not bind',
      change: limited('locked memory', 8388608),
      state: 'ok',
      found: /8M, not for/,
    },
    {
      name: 'a small one',
      change: made => {
        limited('locked memory', 65536)(made)
        made.write(STATUS, 'CapEff:\t0000000000000000\n')
      },
      state: 'warning',
      found: /^64K$/,
      commands: /^prlimit --pid \$\$ --memlock=/,
    },
    {
      name: 'a large one',
      change: made => {
        limited('locked memory', 2 ** 30)(made)
        made.write(STATUS, 'CapEff:\t0000000000000000\n')
      },
      state: 'ok',
      found: /^1G$/,
    },
    {
      name: 'nothing told',
      change: write('/proc/self/limits', ''),
      state: 'unknown',
      found: /no 'Max locked memory'/,
    },
  ],
  'open files': [
    { name: 'many', state: 'ok', found: /^1048576$/ },
    {
      name: 'few',
      change: limited('open files', 256),
      state: 'warning',
      found: /^256$/,
      commands: /--nofile=/,
    },
    { name: 'nothing told', change: remove('/proc/self/limits'), state: 'unknown', found: /does not exist/ },
  ],
  mappings: [
    {
      name: 'a file that has no end',
      change: write('/proc/sys/vm/max_map_count', '\n'.repeat(9 * 2 ** 20)),
      state: 'unknown',
      found: /larger than 8M/,
    },
    { name: 'Linux’s default', state: 'ok', found: /^65530$/ },
    {
      name: 'few',
      change: write('/proc/sys/vm/max_map_count', '1000\n'),
      state: 'warning',
      found: /^1000$/,
      commands: /^sysctl -w vm\.max_map_count=65530$/,
    },
    {
      name: 'no number',
      change: write('/proc/sys/vm/max_map_count', '-1\n'),
      state: 'unknown',
      found: /says no number/,
    },
  ],
  'address space': [
    { name: 'no limit', state: 'ok', found: /^unlimited$/ },
    { name: 'enough', change: limited('address space', 64 * 2 ** 30), state: 'ok', found: /^64G$/ },
    {
      name: 'little',
      change: limited('address space', 4 * 2 ** 30),
      state: 'warning',
      found: /^4G$/,
      commands: /--as=/,
    },
    { name: 'nothing told', change: remove('/proc/self/limits'), state: 'unknown', found: /does not exist/ },
  ],
  'page size': [
    { name: '4 KiB', state: 'ok', found: /^4K$/ },
    { name: '16 KiB', facts: { pageSize: 16384 }, state: 'ok', found: /^16K$/ },
  ],
}

for (const [check, cases] of Object.entries(CASES))
  describe(check, () => {
    for (const each of cases) test(each.name, () => void expectFinding(ALL, check, each))
  })
