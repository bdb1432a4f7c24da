import { spawn } from 'node:child_process'
import { projectRoot } from '../host/cache.js'
import { atExit } from '../host/cleanup.js'
import { HostError } from '../host/errors.js'

/** A 32-bit system to run commands in. */
export interface System {
  /** Its folder, see findRoot. It is not written to. */
  root: string
  /** What is in its /tmp. */
  tmp: string
}

/**
 * Puts the system together, and runs a command in it. All mounts are in a namespace of their own, and all processes in
 * another: both are gone with the first process, however that ends.
 * Of /dev there is what programs need, and no device: the tests can't reach this machine's.
 * The address space is that of a 32-bit kernel: a 64-bit one would give a 32-bit process a GiB more.
 */
const script = `set -e
root=$1 project=$2 tmp=$3
shift 3
mount --bind "$root" "$root"
mount --bind "$project" "$root/io-mapping"
mount --bind "$tmp" "$root/tmp"
mount --rbind /sys "$root/sys"
for folder in / /io-mapping /sys; do mount -o remount,bind,ro "$root$folder"; done
mount -t proc proc "$root/proc"
mount -t tmpfs tmpfs "$root/dev"
for device in null zero full random urandom; do
  : >"$root/dev/$device"
  mount --bind /dev/$device "$root/dev/$device"
done
mkdir "$root/dev/shm"
ln -s /proc/self/fd "$root/dev/fd"
exec setarch linux32 --3gb chroot "$root" env -C /io-mapping "$@"
`

/** Root may mount and change its root; others may in a namespace where they count as root, if this system lets them. */
const asRoot = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user']
const program = 'unshare'
const namespaces = [...asRoot, '--mount', '--pid', '--fork', '--kill-child']

/** No command takes longer, unless it hangs. */
const minutes = 15

/** Nothing of this process's own: npm's settings, for one, name folders that aren't there. */
const baseEnv = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', HOME: '/tmp', LANG: 'C.UTF-8' }

/** Runs a command in the system's /io-mapping, which is this project; gives its exit code. */
export function enter(system: System, words: string[], env: Record<string, string> = {}): Promise<number> {
  const args = [...namespaces, 'sh', '-c', script, 'sh', system.root, projectRoot, system.tmp, ...words]
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      env: { ...baseEnv, ...env },
      stdio: ['ignore', 'inherit', 'inherit'],
      timeout: minutes * 60_000,
      killSignal: 'SIGKILL',
    })
    const keep = atExit(() => child.kill('SIGKILL'))
    child.on('error', error => {
      keep()
      reject(new HostError(`'${program}' can't be run (${error.message}): apt-get install util-linux`))
    })
    child.on('close', (code, signal) => {
      keep()
      if (code === null) {
        const [first, second] = words
        reject(
          new HostError(`'${first} ${second} …' was ended by ${signal} (it may take ${minutes} minutes)`),
        )
      } else resolve(code)
    })
  })
}

/** Fails, and says why, where no command can be run in the system. */
export async function checkSystem(system: System): Promise<void> {
  const test =
    "if (process.arch !== 'ia32') throw Error(process.arch); console.log('Node', process.version, process.arch)"
  if ((await enter(system, ['node', '-e', test])) === 0) return
  throw new HostError(
    `Node for i386 could not be run in ${system.root} (why: above). ` +
      (asRoot.length === 0
        ? "As root, mount and chroot must be allowed, and the kernel must run 32-bit programs ('Exec format error': it doesn't)."
        : 'chroot needs root, or leave to make namespaces, which this system may deny to users: ' +
          `run as root, then: sudo env "PATH=$PATH" npm run test:32`),
  )
}
