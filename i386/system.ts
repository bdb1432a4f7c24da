import { HostError } from '../host/errors.js'

/** Where a 32-bit system lies on this machine. */
export interface Place {
  /** Its folder, see findRoot. It is not written to. */
  root: string
  /** What commands leave in its /tmp. */
  tmp: string
}

/** A 32-bit system to run commands in. */
export interface System extends Place {
  /** Runs a command in its /io-mapping, which is this project; gives its exit code. */
  enter(words: string[], env?: Record<string, string>): Promise<number>
}

export type MakeSystem = (place: Place) => System

/** Nothing of this process's own: npm's settings, for one, name folders that aren't there. */
export const baseEnv = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', HOME: '/tmp', LANG: 'C.UTF-8' }

/** For the shell: of /dev there is what programs need, and no device: the tests can't reach the machine's. */
export const makeDev = `mount -t tmpfs tmpfs "$root/dev"
for device in null zero full random urandom; do
  : >"$root/dev/$device"
  mount --bind /dev/$device "$root/dev/$device"
done
mkdir "$root/dev/shm"
ln -s /proc/self/fd "$root/dev/fd"
`

export const isRoot = (): boolean => process.getuid?.() === 0

/** Fails, and says why, where no command can be run in the system. */
export async function checkSystem(system: System): Promise<void> {
  const test =
    "if (process.arch !== 'ia32') throw Error(process.arch); console.log('Node', process.version, process.arch)"
  if ((await system.enter(['node', '-e', test])) === 0) return
  throw new HostError(
    `Node for i386 could not be run in ${system.root} (why: above). ` +
      (isRoot()
        ? 'As root, mount and chroot must be allowed.'
        : 'chroot needs root, or leave to make namespaces, which this system may deny to users: ' +
          `run as root, then: sudo env "PATH=$PATH" npm run test:32`),
  )
}
