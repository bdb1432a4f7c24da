// What `iomap doctor` says of files and of memory.
import { mkdirSync } from 'node:fs'
import { describeApertures } from '../support/doctor.js'
import { both, refuse, write } from '../support/machine-changes.js'
import { limits } from '../support/made-up-system.js'

describeApertures({
  'memory:1G': {
    memory: [
      { name: 'enough', state: 'ok', found: /^1G, and 1024M are available$/ },
      {
        name: 'too little',
        change: write('/proc/meminfo', 'MemAvailable:   1024 kB\n'),
        state: 'warning',
        found: /1M are/,
      },
      { name: 'nothing told', change: write('/proc/meminfo', 'x'), state: 'unknown', found: /MemAvailable/ },
    ],
  },
  'memory:32G': {
    'address space': [
      { name: 'no limit', state: 'ok', found: /unlimited/ },
      {
        name: 'less than that',
        change: write('/proc/self/limits', limits({ 'address space': 2 ** 34 })),
        state: 'warning',
        found: /by slots/,
        commands: /--as=/,
      },
      {
        name: 'less than Node’s part',
        change: write('/proc/self/limits', limits({ 'address space': 2 ** 32 })),
        state: 'warning',
        found: /^4G$/,
      },
    ],
  },
  'file:/card': {
    file: [
      { name: 'there', change: write('/card', '1234'), state: 'ok', found: /^a file of 0x4$/ },
      { name: 'not there', state: 'obstacle', found: /does not exist/, commands: /^truncate -s 16M \/card$/ },
      { name: 'empty', change: write('/card', ''), state: 'obstacle', found: /empty/ },
      {
        name: 'a folder',
        change: made => mkdirSync(made.path('/card')),
        state: 'obstacle',
        found: /no file/,
      },
      {
        name: 'a device node',
        change: made => made.link('/card', '/dev/null'),
        state: 'obstacle',
        found: /no end/,
      },
    ],
    permission: [
      { name: 'may', change: write('/card', '1234'), state: 'ok', found: /read and written/ },
      {
        name: 'read-only',
        change: both(write('/card', '1234'), refuse('/card for writing', 'EROFS')),
        state: 'warning',
        found: /not written \(EROFS\)/,
      },
      {
        name: 'may not',
        change: both(write('/card', '1234'), refuse('/card', 'EACCES')),
        state: 'obstacle',
        found: /may not be read/,
      },
    ],
  },
})
