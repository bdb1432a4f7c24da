import { type ChildProcess, spawn } from 'node:child_process'
import { readlinkSync, writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { projectRoot } from '../host/cache.js'
import { atExit } from '../host/cleanup.js'
import { HostError } from '../host/errors.js'
import { findEmulator, registration, runsHere } from './emulator.js'
import { isRoot, type Place, type System } from './system.js'

/** Nothing of this process's own: npm's settings, for one, name folders that aren't there. */
const baseEnv = {
  PATH: '/usr/sbin:/usr/bin:/sbin:/bin',
  HOME: '/tmp',
  LANG: 'C.UTF-8',
  UV_USE_IO_URING: '0', // else some Nodes refuse to become another user
}

/**
 * Puts the system together, and runs a command in it. All mounts are in a namespace of their own, and all processes in
 * another: both are gone with the first process, however that ends. Of /dev there is what programs need, and no device: the
 * tests can't reach the machine's.
 */
const script = `set -e
root=$1 project=$2 tmp=$3 emulation=$4 personality=$5
shift 5
if [ "$emulation" ]; then
  mount -t binfmt_misc binfmt_misc /proc/sys/fs/binfmt_misc || {
    echo "Linux 6.7 or later is needed, whose binfmt_misc can be a namespace's own" >&2
    exit 1
  }
  printf '%s\\n' "$emulation" >/proc/sys/fs/binfmt_misc/register
fi
mount --bind "$root" "$root"
mount --bind "$project" "$root/io-mapping"
mount --bind "$tmp" "$root/tmp"
mount --rbind /sys "$root/sys"
for folder in / /io-mapping /sys; do mount -o remount,bind,ro "$root$folder"; done
mount -t tmpfs tmpfs "$root/dev"
for device in null zero full random urandom; do
  : >"$root/dev/$device"
  mount --bind /dev/$device "$root/dev/$device"
done
mkdir "$root/dev/shm"
ln -s /proc/self/fd "$root/dev/fd"
mount -t proc proc "$root/proc"
if [ "$QEMU_GUEST_BASE" ]; then
  echo 65536 >"$root/dev/lowest"
  mount --bind "$root/dev/lowest" "$root/proc/sys/vm/mmap_min_addr"
fi
# not exec: the first process of a namespace could not end itself by a signal
$personality chroot "$root" /usr/bin/env -C /io-mapping "$@"
`

const program = 'unshare'
const namespaces = ['--mount', '--pid', '--fork', '--kill-child']

/** No command takes longer, unless it hangs. */
const minutes = 30

/** For tests of what such an emulator can't do: test/support/emulated.ts. */
const emulated = { IO_MAPPING_EMULATED: '1' }

/**
 * For 32-bit programs on QEMU's processor: their addresses are this machine's, else the address that comes with a SIGBUS is wrong (QEMU
 * 7.2 does not translate it). The lowest may be what Linux lets it have, which is not always what /proc says: see the script.
 */
const sameAddresses = { QEMU_GUEST_BASE: '0' }

/** The address space is that of a 32-bit kernel: a 64-bit one would give a 32-bit process a GiB more. QEMU's is what it is. */
const narrow = 'setarch linux32 --3gb'

/** A system on this machine's kernel: on its processor where it runs such programs, else on QEMU's, some ten times as slow. */
export async function makeSystem(place: Place, progress: (text: string) => void): Promise<System> {
  const { processor, root, tmp } = place
  const isHere = runsHere(processor, root)
  if (!isHere)
    progress("this machine's kernel runs no such programs: on QEMU's processor then, ten times as slow")
  const emulation = isHere ? '' : registration(processor, await findEmulator(processor, progress))
  const isNarrow = processor.elf.class === 1
  const personality = isHere && isNarrow ? narrow : ''
  const own = { ...(isHere ? {} : emulated), ...(!isHere && isNarrow ? sameAddresses : {}) }
  return {
    ...place,
    isEmulated: !isHere,
    enter(words, env = {}) {
      const args = ['sh', '-c', script, 'sh', root, projectRoot, tmp, emulation, personality, ...words]
      return inNamespaces(args, { ...baseEnv, ...own, ...env }, emulation !== '')
    },
  }
}

/** Runs a command where it counts as root and may mount; `ownUsers`: and where what it registers is nobody else's. */
async function inNamespaces(
  words: string[],
  env: Record<string, string>,
  ownUsers: boolean,
): Promise<number> {
  // A user may only be root there, and nobody else; root may be anyone, which it has to say itself.
  const users = isRoot() ? (ownUsers ? ['--user'] : []) : ['--user', '--map-root-user']
  const awaited = users.length === 1 ? ['sh', '-c', 'read go; exec "$@"', 'sh'] : []
  const child = spawn(program, [...users, ...namespaces, ...awaited, ...words], {
    env,
    stdio: ['pipe', 'inherit', 'inherit'],
    timeout: minutes * 60_000,
    killSignal: 'SIGKILL',
  })
  const keep = atExit(() => child.kill('SIGKILL'))
  try {
    const ended = endOf(child, words.at(-1) ?? '')
    child.stdin?.on('error', () => {}) // it ended before it read
    if (awaited.length > 0) await Promise.race([ended, mapAll(child)])
    child.stdin?.end('go\n')
    return await ended
  } finally {
    keep()
  }
}

/** Lets root in the child's user namespace be any user, as it is here. */
async function mapAll({ pid }: ChildProcess): Promise<void> {
  if (pid === undefined) return
  const own = readlinkSync('/proc/self/ns/user')
  while (readlinkSync(`/proc/${pid}/ns/user`) === own) await sleep(5)
  for (const map of ['uid_map', 'gid_map']) writeFileSync(`/proc/${pid}/${map}`, '0 0 4294967295\n')
}

const endOf = (child: ChildProcess, last: string): Promise<number> =>
  new Promise((resolve, reject) => {
    child.on('error', error =>
      reject(new HostError(`'${program}' can't be run (${error.message}): apt-get install util-linux`)),
    )
    child.on('close', (code, signal) => {
      if (code !== null) resolve(code)
      else reject(new HostError(`'… ${last}' was ended by ${signal} (it may take ${minutes} minutes)`))
    })
  })
