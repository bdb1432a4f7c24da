import { advise, type Check, ok, type, type Verdict, warning } from './check.js'
import type { System } from './system.js'

const MANAGERS = /docker|lxc|kubepods|containerd|libpod|crio/

/** What a container is told by, and the name of what made it. Each throws Unreadable. */
const SIGNS: readonly ((system: System) => string | undefined)[] = [
  system => (system.isThere('/run/.containerenv') ? 'podman (/run/.containerenv)' : undefined),
  system => (system.isThere('/.dockerenv') ? 'docker (/.dockerenv)' : undefined),
  system => {
    const name = system.textIfThere('/run/systemd/container')?.trim()
    return name === undefined ? undefined : `${name.slice(0, 40)} (/run/systemd/container)`
  },
  system => {
    const manager = MANAGERS.exec(system.text('/proc/1/cgroup'))?.[0]
    return manager === undefined ? undefined : `${manager} (/proc/1/cgroup)`
  },
]

/** The numbers of the machine's own namespaces, Linux's include/linux/proc_ns.h: a container has at least one of its own. */
const MACHINES: Readonly<Record<string, number>> = {
  pid: 0xeffffffc,
  user: 0xeffffffd,
  uts: 0xeffffffe,
  ipc: 0xefffffff,
  cgroup: 0xeffffffb,
}

/** The kinds of namespaces that are not the machine's; undefined where the system does not tell. */
const ownNamespaces = (system: System): string[] | undefined => {
  const kinds = Object.keys(MACHINES).flatMap(kind => {
    const [, number] = /\[(\d+)\]$/.exec(system.target(`/proc/self/ns/${kind}`) ?? '') ?? []
    return number === undefined ? [] : [{ kind, number: Number(number) }]
  })
  if (kinds.length === 0) return undefined
  return kinds.filter(({ kind, number }) => MACHINES[kind] !== number).map(({ kind }) => kind)
}

const contained = (found: string): Verdict =>
  warning(`yes: ${found}`, {
    ...advise('give it the devices:'),
    ...type('docker run --device=/dev/vfio …', 'docker run --privileged …'),
  })

export const container: Check = {
  name: 'container',
  why: 'a container has only the nodes of /dev that it was given, fewer capabilities, and often a /sys that is read-only',
  look: system => {
    const own = ownNamespaces(system)
    // the image of a virtual machine may have been made of a container's, and have its files still
    if (own?.length === 0) return ok('no: the namespaces are the machine’s own')
    for (const sign of SIGNS) {
      const found = sign(system)
      if (found !== undefined) return contained(found)
    }
    if (own === undefined) return ok('no sign of one')
    return own.includes('pid') || own.includes('user')
      ? contained(`it has namespaces of its own (${own.join(', ')})`)
      : ok(`no sign of one but namespaces (${own.join(', ')})`)
  },
}
