// What `iomap doctor` says of the ways to a device: drivers, UIO, VFIO, the IOMMU.
import { describe, test } from 'node:test'
import { GENERAL } from '../../src/cli/doctor/general.js'
import { type Expected, expectFinding } from '../support/doctor.js'
import { both, remove, write } from '../support/machine-changes.js'
import { CARD, CONFIG, type MadeUpSystem, RELEASE } from '../support/made-up-system.js'

const ALL = () => GENERAL.flatMap(({ checks }) => checks)

const GROUPS = '/sys/kernel/iommu_groups'
const noIommu = remove(GROUPS, '/sys/class/iommu')
const table = (name: string) => write(`/sys/firmware/acpi/tables/${name}`, '')
const STRICT = write(CONFIG, 'CONFIG_IO_STRICT_DEVMEM=y\n')
const held = (made: MadeUpSystem) => made.add('0000:00:05.0', 'nvme')
const MODE = '/sys/module/vfio/parameters/enable_unsafe_noiommu_mode'
const UNSAFE = '/sys/module/vfio_iommu_type1/parameters/allow_unsafe_interrupts'
const withoutVfio = remove('/sys/bus/pci/drivers/vfio-pci')
const withoutUio = remove('/sys/class/uio')
const withoutModule = both(withoutUio, remove('/sys/bus/pci/drivers/uio_pci_generic'))
const modules = (text: string) => write(`/lib/modules/${RELEASE}/modules.dep`, text)

const CASES: Record<string, readonly Expected[]> = {
  drivers: [
    { name: 'none of the kernel’s', state: 'ok', found: /none holds one of the 2/ },
    {
      name: 'one, and a strict kernel',
      change: both(held, STRICT),
      state: 'warning',
      found: /^1 of 3 PCI devices are held: 0000:00:05\.0 \(nvme\)$/,
      commands: /^iomap doctor pci:0000:00:05\.0\/0$/,
    },
    { name: 'one, and a kernel that is not', change: held, state: 'ok', found: /does not guard them/ },
    {
      name: 'one, and a kernel of which nothing is known',
      change: both(held, remove(CONFIG)),
      state: 'unknown',
      found: /nvme.*not known/,
    },
    {
      name: 'many',
      change: both(STRICT, made => {
        for (let i = 0; i < 9; i++)
          made.add(`0000:01:00.${i % 8}`.replace('01', `0${1 + Math.floor(i / 8)}`), 'e1000')
      }),
      state: 'warning',
      found: /^9 of 11 .*, and 1 more$/,
    },
    {
      name: 'one of a device that goes meanwhile',
      change: made => {
        held(made)
        made.remove('/sys/bus/pci/devices/0000:00:05.0/resource')
      },
      state: 'ok',
      found: /none holds/,
    },
    { name: 'no PCI', change: remove('/sys/bus/pci/devices'), state: 'warning', found: /no PCI devices/ },
  ],
  UIO: [
    { name: 'a device', state: 'ok', found: /^uio0 'card'$/ },
    {
      name: 'none bound',
      change: withoutUio,
      state: 'warning',
      found: /no device is bound/,
      advice: new RegExp(CARD),
      commands: /^echo 1234 1111 > \/sys\/bus\/pci\/drivers\/uio_pci_generic\/new_id$/,
    },
    {
      name: 'loaded, without the driver for PCI',
      change: both(remove('/sys/class/uio', '/sys/bus/pci/drivers/uio_pci_generic'), made =>
        made.folder('/sys/class/uio'),
      ),
      state: 'warning',
      found: /without uio_pci_generic/,
      commands: /^modprobe -a uio_pci_generic$/,
    },
    {
      name: 'not loaded',
      change: withoutModule,
      state: 'warning',
      found: /^not loaded$/,
      commands: /^modprobe -a uio_pci_generic$/,
    },
    {
      name: 'not loaded, and there',
      change: both(withoutModule, modules('kernel/drivers/uio/uio_pci_generic.ko.xz: uio.ko\n')),
      state: 'warning',
      found: /^not loaded$/,
      commands: /^modprobe/,
    },
    {
      name: 'not loaded, and not there',
      change: both(withoutModule, modules('kernel/drivers/net/e1000.ko:\n')),
      state: 'warning',
      found: /has no uio_pci_generic/,
      advice: /linux-modules-extra/,
    },
    {
      name: 'not in the kernel',
      change: both(withoutModule, write(CONFIG, 'CONFIG_DEVMEM=y\n')),
      state: 'warning',
      found: /CONFIG_UIO_PCI_GENERIC/,
    },
    {
      name: 'a device that goes meanwhile',
      change: remove('/sys/class/uio/uio0/name'),
      state: 'unknown',
      found: /name of uio:0/,
    },
  ],
  VFIO: [
    { name: 'loaded', state: 'ok', found: /vfio-pci is loaded/ },
    {
      name: 'not loaded',
      change: withoutVfio,
      state: 'warning',
      found: /^not loaded$/,
      commands: /^modprobe -a vfio-pci vfio_iommu_type1$/,
    },
    {
      name: 'loaded without what is between it and the IOMMU',
      change: remove('/sys/module/vfio_iommu_type1'),
      state: 'warning',
      found: /vfio_iommu_type1 is not loaded/,
      commands: /^modprobe -a vfio_iommu_type1$/,
    },
    {
      name: 'loaded, with iommufd',
      change: both(remove('/sys/module/vfio_iommu_type1'), write('/dev/iommu', '')),
      state: 'ok',
      found: /loaded/,
    },
    {
      name: 'by a list that has it with another dash',
      change: both(withoutVfio, modules('kernel/drivers/vfio/pci/vfio-pci.ko: vfio.ko\n')),
      state: 'warning',
      found: /^not loaded$/,
    },
    {
      name: 'not in the kernel',
      change: both(withoutVfio, write(CONFIG, 'CONFIG_DEVMEM=y\n')),
      state: 'warning',
      found: /CONFIG_VFIO_PCI/,
    },
    {
      name: 'a list that can’t be read',
      change: both(withoutVfio, made => made.folder(`/lib/modules/${RELEASE}/modules.dep`)),
      state: 'unknown',
      found: /is no file/,
    },
  ],
  IOMMU: [
    { name: 'on', state: 'ok', found: /^on, 1 group \(dmar0\)$/ },
    {
      name: 'on, without groups yet',
      change: remove(GROUPS),
      state: 'ok',
      found: /gets its group when it is bound/,
    },
    {
      name: 'none',
      change: noIommu,
      state: 'warning',
      found: /firmware tells of none/,
      advice: /VT-d.*QEMU/,
    },
    {
      name: 'VT-d, not used',
      change: both(noIommu, table('DMAR')),
      state: 'warning',
      found: /^VT-d is there, and Linux does not use it$/,
      advice: /intel_iommu=on/,
    },
    {
      name: 'VT-d, switched off by a word',
      change: both(noIommu, table('DMAR'), write('/proc/cmdline', 'quiet intel_iommu=off,sm_off')),
      state: 'warning',
      found: /intel_iommu=off$/,
      advice: /without intel_iommu=off/,
    },
    {
      name: 'AMD-Vi, not used',
      change: both(noIommu, table('IVRS')),
      state: 'warning',
      found: /^AMD-Vi/,
      advice: /iommu=pt/,
    },
    {
      name: 'but a group of vfio’s noiommu mode',
      change: both(remove('/sys/class/iommu'), write(`${GROUPS}/7/name`, 'vfio-noiommu\n')),
      state: 'warning',
      found: /none/,
    },
    { name: 'no sysfs', change: remove('/sys/kernel'), state: 'unknown', found: /is sysfs mounted/ },
  ],
  'interrupt remapping': [
    { name: 'on', state: 'ok', found: /^on$/ },
    {
      name: 'off',
      change: write('/proc/interrupts', ' 24: 0 PCI-MSI 1024-edge\n'),
      state: 'warning',
      found: /^off$/,
      commands: new RegExp(`^echo 1 > ${UNSAFE}$`),
    },
    {
      name: 'off, by iommufd',
      change: both(
        write('/proc/interrupts', ''),
        remove(UNSAFE),
        write('/sys/module/iommufd/parameters/allow_unsafe_interrupts', 'N\n'),
      ),
      state: 'warning',
      found: /^off$/,
      commands: /iommufd/,
    },
    {
      name: 'off, and allowed',
      change: both(write('/proc/interrupts', ''), write(UNSAFE, 'Y\n')),
      state: 'ok',
      found: /told to do without/,
    },
    { name: 'no IOMMU', change: noIommu, state: 'ok', found: /not needed/ },
    { name: 'another processor', facts: { machine: 'aarch64' }, state: 'unknown', found: /only x86/ },
    { name: 'not told', change: remove('/proc/interrupts'), state: 'unknown', found: /does not exist/ },
  ],
  'noiommu mode': [
    { name: 'off', state: 'ok', found: /^off$/ },
    {
      name: 'on',
      change: write(MODE, 'Y\n'),
      state: 'warning',
      found: /^on$/,
      commands: new RegExp(`^echo N > ${MODE}$`),
    },
    { name: 'not in the kernel', change: remove(MODE), state: 'ok', found: /without CONFIG_VFIO_NOIOMMU/ },
    { name: 'not loaded', change: remove('/sys/module/vfio'), state: 'ok', found: /vfio is not loaded/ },
    { name: 'another text', change: write(MODE, 'maybe'), state: 'unknown', found: /says "maybe"/ },
  ],
  'device nodes': [
    { name: 'all', state: 'ok', found: /^\/dev\/uio0, \/dev\/vfio\/7, \/dev\/vfio\/vfio$/ },
    {
      name: 'one that is another’s',
      change: made => void made.refused.set('/dev/vfio/7', 'EACCES'),
      facts: { uid: 1000, user: 'ada' },
      state: 'warning',
      found: /^no permission: \/dev\/vfio\/7$/,
      commands: /^chown ada \/dev\/vfio\/7$/,
    },
    { name: 'none', change: remove('/dev'), state: 'ok', found: /no device is bound/ },
    {
      name: 'a folder that is a file',
      change: both(remove('/dev'), write('/dev', '')),
      state: 'ok',
      found: /none/,
    },
  ],
}

for (const [check, cases] of Object.entries(CASES))
  describe(check, () => {
    for (const each of cases) test(each.name, () => void expectFinding(ALL, check, each))
  })
