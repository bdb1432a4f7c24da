// What the command lines of the page write to, as programs other than iomap see it.
import { printed } from './run.js'

/** What they have in common is there: a register of edu's, memory of every width, a file, configuration spaces. */
export const reset = (): Promise<string> =>
  printed(`
    devmem 0xfea00004 32 0
    memtool mw -q 0xfe200000 $(for i in 0 1 2 3 4 5 6 7; do echo 0x1f2e3d4c5b6a79\${i}8; done)
    cat before.bin >/dev/shm/card
    setpci -s 00:03.0 COMMAND=103 3c.b=b
    setpci -s 00:07.0 CAP_EXP+8.w=0 BRIDGE_CONTROL=0
  `)

/** All of it, as a text to be compared. */
export const state = (): Promise<string> =>
  printed(`
    devmem 0xfea00004
    memtool md -q 0xfe200000+64
    md5sum /dev/shm/card
    for i in 3 6 7; do xxd /sys/bus/pci/devices/0000:00:0$i.0/config; done
  `)
