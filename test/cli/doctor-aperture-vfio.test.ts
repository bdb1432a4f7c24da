// What `iomap doctor` says of a BAR that is to be had by VFIO.
import { describeApertures } from '../support/doctor.js'
import { both, NO_RIGHTS, refuse, remove, write } from '../support/machine-changes.js'
import { GIVEN, limits } from '../support/made-up-system.js'

describeApertures({
  [`vfio:${GIVEN}/0`]: {
    device: [
      {
        name: 'not there',
        change: remove(`/sys/bus/pci/devices/${GIVEN}`),
        state: 'obstacle',
        found: /no PCI device/,
      },
    ],
    BAR: [{ name: 'there', state: 'ok', found: /^64K of memory/ }],
    driver: [
      { name: 'vfio-pci', state: 'ok', found: /bound to one of VFIO/ },
      {
        name: 'none',
        change: remove(`/sys/bus/pci/devices/${GIVEN}/driver`),
        state: 'obstacle',
        found: /not bound to vfio-pci, no driver has it/,
        commands:
          /^modprobe vfio-pci\necho vfio-pci > .*driver_override\necho 0000:00:04\.0 > .*drivers_probe$/,
      },
      {
        name: 'another',
        change: made => made.link(`/sys/bus/pci/devices/${GIVEN}/driver`, '../../drivers/nvme'),
        state: 'obstacle',
        found: /'nvme'/,
        commands: /drivers\/nvme\/unbind\n/,
      },
    ],
    'IOMMU group': [
      { name: 'its own', state: 'ok', found: /^7, and no driver/ },
      {
        name: 'with another that a driver has',
        change: made => {
          made.add('0000:00:05.0', 'e1000')
          made.group('7', '0000:00:05.0')
        },
        state: 'obstacle',
        found: /its group, 7, .*0000:00:05\.0 \('e1000'\)$/,
        commands: /^echo 0000:00:05\.0 > \/sys\/bus\/pci\/drivers\/e1000\/unbind$/,
      },
      {
        name: 'with a port that harms nobody',
        change: made => {
          made.add('0000:00:05.0', 'pcieport')
          made.group('7', '0000:00:05.0')
        },
        state: 'ok',
        found: /^7, /,
      },
      {
        name: 'none, without an IOMMU',
        change: made => {
          for (const name of [
            `/sys/bus/pci/devices/${GIVEN}/iommu_group`,
            '/sys/kernel/iommu_groups',
            '/sys/class/iommu',
          ])
            made.remove(name)
        },
        state: 'obstacle',
        found: /no IOMMU group/,
        advice: /VT-d/,
      },
      {
        name: 'none yet, in the noiommu mode',
        change: both(
          remove(`/sys/bus/pci/devices/${GIVEN}/iommu_group`),
          write('/sys/module/vfio/parameters/enable_unsafe_noiommu_mode', 'Y\n'),
        ),
        state: 'ok',
        found: /none yet/,
      },
    ],
    'interrupt remapping': [
      { name: 'on', state: 'ok', found: /^on$/ },
      {
        name: 'off',
        change: write('/proc/interrupts', ''),
        state: 'obstacle',
        found: /^off$/,
        commands: /allow_unsafe_interrupts$/,
      },
    ],
    'IOMMU module': [
      { name: 'loaded', state: 'ok', found: /loaded/ },
      {
        name: 'not loaded',
        change: remove('/sys/module/vfio_iommu_type1'),
        state: 'obstacle',
        found: /not loaded/,
        commands: /^modprobe/,
      },
      {
        name: 'not needed',
        change: both(
          remove('/dev/vfio/7'),
          write('/dev/vfio/noiommu-7', ''),
          remove('/sys/module/vfio_iommu_type1'),
        ),
        state: 'ok',
        found: /noiommu/,
      },
    ],
    nodes: [
      { name: 'may', state: 'ok', found: /^\/dev\/vfio\/7, \/dev\/vfio\/vfio: may be/ },
      {
        name: 'may not',
        change: refuse('/dev/vfio/7', 'EACCES'),
        facts: { uid: 1, user: 'ada' },
        state: 'obstacle',
        found: /\/dev\/vfio\/7: no permission/,
        commands: /^chown ada \/dev\/vfio\/7$/,
      },
      {
        name: 'not there',
        change: remove('/dev/vfio/vfio'),
        state: 'obstacle',
        found: /\/dev\/vfio\/vfio does not exist/,
      },
      { name: 'another reason', change: refuse('/dev/vfio/7', 'EIO'), state: 'unknown', found: /EIO/ },
      {
        name: 'of its own',
        change: made => {
          made.remove('/dev/vfio/7')
          made.folder(`/sys/bus/pci/devices/${GIVEN}/vfio-dev/vfio0`)
          made.write('/dev/vfio/devices/vfio0', '')
          made.write('/dev/iommu', '')
        },
        state: 'ok',
        found: /^\/dev\/vfio\/devices\/vfio0, \/dev\/iommu: may/,
      },
      {
        name: 'of the noiommu mode, without the capability',
        change: both(remove('/dev/vfio/7'), write('/dev/vfio/noiommu-7', ''), NO_RIGHTS),
        state: 'obstacle',
        found: /CAP_SYS_RAWIO/,
      },
      {
        name: 'not yet',
        change: remove(`/sys/bus/pci/devices/${GIVEN}/driver`),
        state: 'ok',
        found: /made when/,
      },
    ],
    'in use': [
      { name: 'by nobody', state: 'ok', found: /no program/ },
      {
        name: 'by a program',
        change: made => made.link('/proc/123/fd/4', '/dev/vfio/7'),
        state: 'obstacle',
        found: /^\/dev\/vfio\/7 is open in process 123$/,
        commands: /^ps -fp 123$/,
      },
      {
        name: 'by another node’s',
        change: made => made.link('/proc/123/fd/4', '/dev/vfio/8'),
        state: 'ok',
        found: /no program/,
      },
    ],
    'locked memory': [
      {
        name: 'little',
        change: both(write('/proc/self/limits', limits({ 'locked memory': 65536 })), NO_RIGHTS),
        state: 'warning',
        found: /^64K$/,
      },
    ],
  },
  [`vfio:${GIVEN}/1`]: { BAR: [{ name: 'of ports', state: 'obstacle', found: /I\/O ports/ }] },
  [`vfio:${GIVEN}/4`]: { BAR: [{ name: 'that is not there', state: 'obstacle', found: /does not exist/ }] },
})
