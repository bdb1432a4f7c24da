import { HostError } from '../host/errors.js'
import type { Processor } from './processors.js'

/** Where a processor's system lies on this machine. */
export interface Place {
  processor: Processor
  /** Its folder, see findRoot. It is not written to. */
  root: string
  /** What commands leave in its /tmp. */
  tmp: string
}

/** A system to run commands in. */
export interface System extends Place {
  /** Whether its processor is QEMU's. */
  isEmulated: boolean
  /** Runs a command in its /io-mapping, which is this project; gives its exit code. */
  enter(words: string[], env?: Record<string, string>): Promise<number>
}

export const isRoot = (): boolean => process.getuid?.() === 0

/** Fails, and says why, where no command can be run in the system. */
export async function checkSystem(system: System): Promise<void> {
  const { name } = system.processor
  const test = `if (process.arch !== '${name}') throw Error(process.arch); console.log('Node', process.version, process.arch)`
  if ((await system.enter(['node', '-e', test])) === 0) return
  throw new HostError(
    `Node for ${name} could not be run in ${system.root} (why: above). ` +
      (isRoot()
        ? 'As root, mount and chroot must be allowed.'
        : 'chroot needs root, or leave to make namespaces, which this system may deny to users: ' +
          `run as root, then: sudo env "PATH=$PATH" npm run test:processors`),
  )
}
