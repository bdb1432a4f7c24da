// A guest to write drivers in: PCI Express, an IOMMU, a folder of the host, more devices, and a trace of all of them.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { runGuest, slots, type TraceEntry } from '../../vm/guest.js'
import { sharePath } from '../../vm/share.js'
import { TempFolder } from '../support/files.js'
import { machineTests } from './support.js'

const CARD = '0000:00:06.0'

const SCRIPT = `
cd /sys/bus/pci/devices
for device in ${Object.values(slots).join(' ')}; do
  [ -d $device/iommu_group/devices/$device ] && echo grouped
done
echo vfio-pci >${slots.edu}/driver_override
echo ${slots.edu} >/sys/bus/pci/drivers_probe
basename $(readlink ${slots.edu}/driver)
uname -r
modprobe vfio-pci && modprobe vfio_iommu_type1 && echo loaded
modprobe nvme || echo 'not loaded'
cat ${sharePath}/text
echo 'by the guest' >${sharePath}/made
echo @edit
read -r answer
cat ${sharePath}/text
echo 1 >${CARD}/enable
iomap write pci:${CARD}/0 0x3800 0x1230 >/dev/null
iomap read pci:${CARD}/0 0x3800
dd if=${CARD}/resource2 bs=4 count=1 2>/dev/null | wc -c
`

const NOT_THERE = 'modprobe: module nvme not found in modules.dep'

const show = ({ kind, size, region, bar, offset, value }: TraceEntry) =>
  `${kind} ${size} ${bar} ${offset?.toString(16)} ${value.toString(16)} ${region}`

machineTests('a guest for drivers', arch => {
  test(`${arch}: an IOMMU, a shared folder, an added device and what it saw`, {
    timeout: 300_000,
  }, async () => {
    using folder = new TempFolder()
    folder.write('text', 'before\n')
    folder.write('script', SCRIPT)
    const { status, output, trace } = await runGuest({
      command: ['sh', `${sharePath}/script`],
      arch,
      iommu: true,
      kernel: arch === 'x64' ? 'trixie' : undefined,
      modules: ['vfio-pci'],
      share: folder.path,
      devices: ['-device', 'e1000e,addr=06.0'],
      trace: true,
      onLine: (text, guest) => {
        if (text !== '@edit') return
        folder.write('text', 'after\n')
        guest.send('edited')
      },
    })
    assert.equal(status, 0, output)
    const lines = output.trim().split('\n')
    assert.deepEqual(lines.slice(0, 5), [...Array(4).fill('grouped'), 'vfio-pci'])
    assert.match(lines[5] ?? '', arch === 'x64' ? /^6\.12\./ : /^6\.1\./)
    assert.deepEqual(lines.slice(6), [
      'loaded',
      NOT_THERE,
      'not loaded',
      'before',
      '@edit',
      'after',
      '0x00001230',
      '4',
    ])
    assert.equal(readFileSync(join(folder.path, 'made'), 'utf8'), 'by the guest\n')
    assert.deepEqual(trace.map(show), [
      `write 4 ${CARD}/0 3800 1230 e1000e-mmio`,
      `read 4 ${CARD}/0 3800 1230 e1000e-mmio`,
      `read 4 ${CARD}/2 0 0 e1000e-io`,
    ])
  })
})
