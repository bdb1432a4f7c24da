// What `iomap doctor` says of bus addresses, and of what is of the device tree.
import { FakeDeviceTree } from '../support/device-tree.js'
import { describeApertures } from '../support/doctor.js'
import { both, type Change, NO_RIGHTS, remove, STRICT, UNTOLD, write } from '../support/machine-changes.js'
import { CONFIG } from '../support/made-up-system.js'

describeApertures({
  'physical:0x60000000+4K': {
    claimed: [
      { name: 'RAM', state: 'obstacle', found: /^RAM: 'System RAM' at 0x1000$/ },
      {
        name: 'RAM that may be had',
        change: write(CONFIG, 'CONFIG_DEVMEM=y\n'),
        state: 'ok',
        found: /'System RAM'/,
      },
      {
        name: 'told to root alone',
        change: UNTOLD,
        state: 'unknown',
        found: /shows no addresses/,
        commands: /^sudo/,
      },
    ],
    '/dev/mem': [
      { name: 'may', state: 'ok', found: /may be/ },
      { name: 'not there', change: remove('/dev/mem'), state: 'obstacle', found: /does not exist/ },
      { name: 'without the capability', change: NO_RIGHTS, state: 'obstacle', found: /CAP_SYS_RAWIO/ },
    ],
  },
  'physical:0x90000000+4K': {
    claimed: [
      { name: 'nothing there', state: 'ok', found: /nobody has claimed it/ },
      {
        name: 'something there',
        change: both(STRICT, write('/proc/iomem', '90000000-900000ff : PNP0103:00\n')),
        state: 'warning',
        found: /'PNP0103:00'/,
        advice: /unbind it, or start Linux with iomem=relaxed/,
      },
    ],
  },
  'devicetree:serial@9000000': {
    node: [{ name: 'no tree', state: 'obstacle', found: /no device tree/ }],
  },
})

const NODE = 'devicetree:serial@90000000'

const withTree =
  (status: string): Change =>
  made => {
    const tree = new FakeDeviceTree()
    tree.add('/', { '#address-cells': [1], '#size-cells': [1] })
    tree.add('/serial@90000000', { reg: [0x90000000, 0x1000], status })
    made.link('/sys/firmware/devicetree/base', tree.root)
  }

describeApertures({
  [NODE]: {
    node: [{ name: 'there', change: withTree('okay'), state: 'ok', found: /4K at 0x90000000$/ }],
    status: [
      { name: 'in use', change: withTree('okay'), state: 'ok', found: /okay/ },
      { name: 'not wired', change: withTree('disabled'), state: 'warning', found: /disabled/ },
    ],
    claimed: [
      { name: 'by nobody', change: withTree('okay'), state: 'ok', found: /nobody/ },
      {
        name: 'by a driver',
        change: both(withTree('okay'), STRICT, write('/proc/iomem', '90000000-90000fff : pl011\n')),
        state: 'warning',
        found: /'pl011'/,
      },
      {
        name: 'by nobody: the tree has it there',
        change: both(withTree('okay'), STRICT, write('/proc/iomem', '90000000-90000fff : pl011@90000000\n')),
        state: 'ok',
        found: /nobody/,
      },
      {
        name: 'by a driver that has no name of its own for it',
        change: both(
          withTree('okay'),
          STRICT,
          write('/proc/iomem', '90000000-90000fff : pl011@90000000\n  90000000-90000fff : pl011@90000000\n'),
        ),
        state: 'warning',
        found: /'pl011@90000000'/,
      },
    ],
  },
  [`${NODE}#1`]: {
    node: [{ name: 'without that reg', change: withTree('okay'), state: 'obstacle', found: /no reg 1/ }],
  },
})
