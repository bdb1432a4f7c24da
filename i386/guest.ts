import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { projectRoot } from '../host/cache.js'
import { runGuest } from '../vm/guest.js'
import { baseEnv, type MakeSystem, makeDev, type Place } from './system.js'

/**
 * Whether this machine's kernel runs 32-bit programs; some, and some hypervisors, don't. The system's loader is one that
 * needs no other file.
 */
export const runs32 = (root: string): boolean =>
  spawnSync(join(root, 'lib/ld-linux.so.2'), ['--version']).status === 0

/** The system's folders, by the name of the share that brings each into the guest. Only what the tests leave is written. */
const shares = ({ root, tmp }: Place) => [
  { name: 'root', path: root, options: ',readonly=on' },
  { name: 'project', path: projectRoot, options: ',readonly=on' },
  { name: 'out', path: tmp, options: '' },
]

const devices = (place: Place): string[] =>
  shares(place).flatMap(({ name, path, options }) => [
    ...['-fsdev', `local,id=${name},path=${path.replaceAll(',', ',,')},security_model=none${options}`],
    ...['-device', `virtio-9p-pci,fsdev=${name},mount_tag=${name}`],
  ])

/** As chroot.ts does it, but that all else in the guest is ours. Its /tmp is memory: tests map files there. */
const script = `set -e
share() { mount -t 9p -o trans=virtio,version=9p2000.L,msize=512000,$3 $1 $2; }
root=/root32
mkdir $root /out
share root $root ro,cache=loose
share project $root/io-mapping ro,cache=loose
share out /out rw
mount -t tmpfs -o mode=1777 tmpfs $root/tmp
mount --bind /sys $root/sys
mount --bind /proc $root/proc
${makeDev}code=0
setarch linux32 --3gb chroot $root /usr/bin/env -C /io-mapping "$@" || code=$?
find $root/tmp -maxdepth 1 -type f -exec cp {} /out/ ';'
exit $code
`

const setarch = '/usr/bin/setarch' // busybox's knows no --3gb

/** A system in a guest of vm/, whose kernel runs 32-bit programs wherever QEMU runs. Some ten times as slow. */
export const guestSystem: MakeSystem = place => ({
  ...place,
  async enter(words, env = {}) {
    const { status } = await runGuest({
      command: ['sh', '-c', script, 'sh', ...words],
      env: { ...baseEnv, ...env },
      modules: ['virtio_pci', '9pnet_virtio', '9p'],
      copy: { [setarch]: setarch },
      devices: devices(place),
      memoryMiB: 6144, // the guest's /tmp and the memory that tests map
      timeoutSeconds: 45 * 60,
      onOutput: piece => process.stdout.write(piece),
    })
    return status
  },
})
