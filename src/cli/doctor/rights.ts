// Who this process is, and what the kernel lets it do.
import { AS_ROOT, advise, type Check, obstacle, ok, type Remedy, type, unknown, warning } from './check.js'
import { type System, Unreadable } from './system.js'

/** Bits of CapEff, include/uapi/linux/capability.h, and what each is for. */
const CAPABILITIES = {
  SYS_RAWIO: { bit: 17, use: '/dev/mem, I/O ports' },
  SYS_ADMIN: { bit: 21, use: 'all of configuration space, the addresses in /proc/iomem' },
  IPC_LOCK: { bit: 14, use: 'DMA memory beyond the limit on locked memory' },
} as const

type Capability = keyof typeof CAPABILITIES

/** Whether this process has it. Throws Unreadable. */
export const hasCapability = (system: System, name: Capability): boolean =>
  ((effective(system) >> BigInt(CAPABILITIES[name].bit)) & 1n) === 1n

const STATUS = '/proc/self/status'

const effective = (system: System): bigint => {
  const [, digits] = /^CapEff:\s*([0-9a-f]{1,16})$/m.exec(system.text(STATUS)) ?? []
  if (digits === undefined) throw new Unreadable(`${STATUS} says nothing of capabilities`)
  return BigInt(`0x${digits}`)
}

const moreRights = ({ facts }: System): Remedy =>
  facts.uid === 0
    ? {
        ...advise('in a container: give it the capabilities'),
        ...type('docker run --cap-add SYS_RAWIO --cap-add SYS_ADMIN --cap-add IPC_LOCK …'),
      }
    : AS_ROOT

const ALL_USERS = /^\s*0\s+0\s+4294967295\s*$/

export const user: Check = {
  name: 'user',
  why: 'BARs, /dev/mem and what is of the device tree are for root; nodes of UIO and VFIO can be given to others',
  look: system => {
    const { uid, user } = system.facts
    if (uid !== 0) return obstacle(`${user} (${uid}), not root`, AS_ROOT)
    const users = system.textIfThere('/proc/self/uid_map')
    if (users === undefined || ALL_USERS.test(users)) return ok('root')
    return obstacle(
      'root of a user namespace alone, as in a rootless container',
      advise('run it as root outside of it'),
    )
  },
}

export const capabilities: Check = {
  name: 'capabilities',
  why: 'the kernel asks for them beside the permissions of a file',
  look: system => {
    const names = Object.keys(CAPABILITIES) as Capability[]
    const lacking = names.filter(name => !hasCapability(system, name))
    if (lacking.length === 0) return ok(names.map(name => `CAP_${name}`).join(', '))
    const uses = lacking.map(name => `CAP_${name} (${CAPABILITIES[name].use})`)
    return warning(`lacks ${uses.join(', ')}`, moreRights(system))
  },
}

/** How a node of a driver's is had by this user. */
export const giveNode = ({ facts }: System, ...nodes: string[]): Remedy =>
  type(...nodes.map(node => `chown ${facts.user} ${node}`))

/** Whether this process may have a node of a driver's. */
export const nodeAccess = (system: System, node: string): ReturnType<Check['look']> => {
  const refused = system.refusal(node, 'both')
  if (refused === undefined) return ok(`${node}: may be read and written`)
  if (refused === 'EACCES') return obstacle(`${node}: no permission`, giveNode(system, node))
  if (refused === 'ENOENT')
    return obstacle(
      `${node} does not exist`,
      advise('udev makes it when the driver is bound; a container must be given it (docker run --device)'),
    )
  return unknown(`${node}: ${refused}`)
}
