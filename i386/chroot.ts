import { spawn } from 'node:child_process'
import { projectRoot } from '../host/cache.js'
import { atExit } from '../host/cleanup.js'
import { HostError } from '../host/errors.js'
import { baseEnv, isRoot, type MakeSystem, makeDev, type Place } from './system.js'

/**
 * Puts the system together, and runs a command in it. All mounts are in a namespace of their own, and all processes in
 * another: both are gone with the first process, however that ends.
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
${makeDev}exec setarch linux32 --3gb chroot "$root" env -C /io-mapping "$@"
`

/** Root may mount and change its root; others may in a namespace where they count as root, if this system lets them. */
const asRoot = isRoot() ? [] : ['--user', '--map-root-user']
const program = 'unshare'
const namespaces = [...asRoot, '--mount', '--pid', '--fork', '--kill-child']

/** No command takes longer, unless it hangs. */
const minutes = 15

/** A system on this machine's own processor and kernel, where that runs 32-bit programs. */
export const chrootSystem: MakeSystem = place => ({
  ...place,
  enter: (words, env) => enter(place, words, env),
})

function enter({ root, tmp }: Place, words: string[], env: Record<string, string> = {}): Promise<number> {
  const args = [...namespaces, 'sh', '-c', script, 'sh', root, projectRoot, tmp, ...words]
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
