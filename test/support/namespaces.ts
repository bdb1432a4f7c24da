import { spawnSync } from 'node:child_process'

const COMMAND = [
  ...['unshare', '--map-root-user', '--mount'],
  ...['sh', '-c', 'mount -t tmpfs none /proc && exec "$@"', 'sh'],
] as const

/** A process that can't see /proc: what to put before its command. */
export const WITHOUT_PROC = {
  command: COMMAND,
  /** Why that can't be had here; undefined: it can. */
  missing: (): string | undefined => {
    const { status, error, stderr } = spawnSync(COMMAND[0], [...COMMAND.slice(1), 'true'], {
      encoding: 'utf8',
    })
    return status === 0 ? undefined : `NOT TESTED: /proc can't be hidden here: ${error ?? stderr}`
  },
} as const
