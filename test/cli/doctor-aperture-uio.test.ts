// What `iomap doctor` says of a map of a UIO device.
import { describeApertures } from '../support/doctor.js'
import { refuse, remove, write } from '../support/machine-changes.js'

describeApertures({
  'uio:0/0': {
    device: [
      { name: 'there', state: 'ok', found: /^uio0 'card', version 0\.1$/ },
      {
        name: 'not there',
        change: remove('/sys/class/uio'),
        state: 'obstacle',
        found: /no UIO device 0/,
        commands: /new_id$/,
      },
    ],
    map: [
      { name: 'there', state: 'ok', found: /^uio:0\/0: 8K at 0x50000000$/ },
      {
        name: 'not there',
        change: remove('/sys/class/uio/uio0/maps'),
        state: 'obstacle',
        found: /has no map 0/,
      },
    ],
    'whole pages': [
      { name: 'two', state: 'ok', found: /^yes$/ },
      {
        name: 'a part of one',
        change: write('/sys/class/uio/uio0/maps/map0/size', '0x100\n'),
        state: 'obstacle',
        found: /0x100 bytes, less than a page/,
      },
      {
        name: 'from within one',
        change: write('/sys/class/uio/uio0/maps/map0/addr', '0x50000100\n'),
        state: 'obstacle',
        found: /within a page/,
      },
      {
        name: 'from a page on, with an offset',
        change: write('/sys/class/uio/uio0/maps/map0/offset', '0x100\n'),
        state: 'ok',
        found: /^yes$/,
      },
    ],
    node: [
      { name: 'may', state: 'ok', found: /^\/dev\/uio0: may/ },
      {
        name: 'may not',
        change: refuse('/dev/uio0', 'EACCES'),
        facts: { uid: 1, user: 'ada' },
        state: 'obstacle',
        found: /no permission/,
        commands: /^chown ada \/dev\/uio0$/,
      },
      {
        name: 'not there',
        change: remove('/dev/uio0'),
        state: 'obstacle',
        found: /does not exist/,
        advice: /docker run --device/,
      },
    ],
  },
  'uio:card/regs': { map: [{ name: 'by its name', state: 'ok', found: /^uio:0\/0/ }] },
})
