import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import type { TestContext } from 'node:test'

/** What to put before a command, for `mount` to be done for it alone. */
const mounted = (mount: string): readonly string[] => [
  ...['unshare', '--map-root-user', '--mount'],
  ...['sh', '-c', `${mount} && exec "$@"`, 'sh'],
]

/** Runs a test, given what to put before its command; skips it, with the reason, where that can't be had. */
const within = async (
  t: TestContext,
  what: string,
  mount: string,
  run: (within: readonly string[]) => Promise<void>,
): Promise<void> => {
  const [program = '', ...words] = mounted(mount)
  const { status, error, stderr } = spawnSync(program, [...words, 'true'], { encoding: 'utf8' })
  if (status === 0) return await run([program, ...words])
  const missing = `NOT TESTED: ${what} can't be had here: ${error ?? stderr}`
  assert.ok(!process.env.CI, missing)
  t.skip(missing)
}

/** Runs a test of a process that can't see /proc. */
export const withoutProc = async (
  t: TestContext,
  run: (within: readonly string[]) => Promise<void>,
): Promise<void> => {
  if (process.env.ASAN_OPTIONS !== undefined) t.skip('the sanitizers read /proc themselves')
  else await within(t, 'a system without /proc', 'mount -t tmpfs none /proc', run)
}

/** Runs a test of a process whose PCI devices are the folders in `devices`. */
export const withPciDevices = (
  t: TestContext,
  devices: string,
  run: (within: readonly string[]) => Promise<void>,
): Promise<void> =>
  within(
    t,
    'PCI devices of one’s own',
    `mount -t tmpfs none /sys && mkdir -p /sys/bus/pci && ln -s ${devices} /sys/bus/pci/devices`,
    run,
  )

/** Runs a test of a process for which `folder` is a file system of 64 KiB. */
export const withSmallFileSystem = (
  t: TestContext,
  folder: string,
  run: (within: readonly string[]) => Promise<void>,
): Promise<void> => within(t, 'a small file system', `mount -t tmpfs -o size=64k none ${folder}`, run)

/** Runs a test of a process for which `file` is mounted in the place of another, as containers do it. */
export const withFileMounted = (
  t: TestContext,
  file: string,
  place: string,
  run: (within: readonly string[]) => Promise<void>,
): Promise<void> => within(t, 'a file that is mounted', `mount --bind ${file} ${place}`, run)
