// A folder of the host in the guest: 9p over virtio.
import { existsSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { HostError } from '../host/errors.js'
import { ownDevices } from './slots.js'

/** Where the guest has it. */
export const sharePath = '/mnt/share'

const modules = ['virtio_pci', '9pnet_virtio', '9p']

const tag = 'share'

/** Nothing is kept in the guest's memory: each side sees at once what the other has written. */
const mount = `mkdir -p ${sharePath}
mount -t 9p -o trans=virtio,version=9p2000.L,msize=262144,cache=none ${tag} ${sharePath} ||
  echo "error the shared folder could not be mounted at ${sharePath}" >&4`

/** What a guest with that folder has more: arguments of QEMU's, kernel modules, and what its shell does first. */
export function sharing(folder: string): { devices: string[]; modules: string[]; first: string[] } {
  if (!existsSync(folder) || !statSync(folder).isDirectory()) {
    throw new HostError(`no folder ${resolve(folder)} to share with the guest: name one that is there`)
  }
  const { driver, slot } = ownDevices.share
  const path = resolve(folder).replaceAll(',', ',,')
  const devices = [
    // files that the guest makes are those of who runs QEMU
    ...['-fsdev', `local,id=${tag},path=${path},security_model=none,multidevs=remap`],
    ...['-device', `${driver},fsdev=${tag},mount_tag=${tag},addr=${slot}`],
  ]
  return { devices, modules, first: [mount] }
}
