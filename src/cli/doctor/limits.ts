// What this process may take of the machine.
import { formatSize } from '../../system/numbers.js'
import { type Check, ok, type Remedy, type, warning } from './check.js'
import { hasCapability } from './rights.js'
import { type System, Unreadable } from './system.js'

const LIMITS = '/proc/self/limits'

/** A soft limit; Infinity if there is none. Throws Unreadable. */
export const limit = (system: System, name: string): number => {
  const [, value] = new RegExp(`^Max ${name} +(\\d+|unlimited) `, 'm').exec(system.text(LIMITS)) ?? []
  if (value === undefined) throw new Unreadable(`${LIMITS} has no 'Max ${name}'`)
  return value === 'unlimited' ? Number.POSITIVE_INFINITY : Number(value)
}

/** How it is raised, of the shell that starts the next. */
export const raise = ({ facts }: System, option: string): Remedy =>
  type(`${facts.uid === 0 ? '' : 'sudo '}prlimit --pid $$ ${option}`)

const size = (bytes: number): string => (bytes === Number.POSITIVE_INFINITY ? 'unlimited' : formatSize(bytes))

const LOCKED_LEAST = 64 * 2 ** 20

export const lockedMemory: Check = {
  name: 'locked memory',
  why: 'memory for DMA is pinned, and counts against this limit (ulimit -l)',
  look: system => {
    const most = limit(system, 'locked memory')
    if (most === Number.POSITIVE_INFINITY) return ok('unlimited')
    if (hasCapability(system, 'IPC_LOCK')) return ok(`${size(most)}, not for CAP_IPC_LOCK`)
    return most >= LOCKED_LEAST ? ok(size(most)) : warning(size(most), raise(system, '--memlock=unlimited'))
  },
}

const FILES_LEAST = 1024

export const openFiles: Check = {
  name: 'open files',
  why: 'each mapping, and each piece of memory for DMA, has a file descriptor (ulimit -n)',
  look: system => {
    const most = limit(system, 'open files')
    return most >= FILES_LEAST ? ok(String(most)) : warning(String(most), raise(system, '--nofile=65536'))
  },
}

/** Linux's default. */
const MAPS_LEAST = 65530
const MAP_COUNT = '/proc/sys/vm/max_map_count'

export const mappings: Check = {
  name: 'mappings',
  why: 'each slot that has pages of its own is a mapping of the kernel’s (vm.max_map_count)',
  look: system => {
    const text = system.text(MAP_COUNT).trim()
    if (!/^\d{1,10}$/.test(text)) throw new Unreadable(`${MAP_COUNT} says no number`)
    return Number(text) >= MAPS_LEAST
      ? ok(text)
      : warning(text, type(`sysctl -w vm.max_map_count=${MAPS_LEAST}`))
  },
}

/** V8 takes as much for its own part. */
const SPACE_LEAST = 10 * 2 ** 30

export const addressSpace: Check = {
  name: 'address space',
  why: 'a mapping takes as much as it is long, beside the 10G that Node takes for itself (ulimit -v)',
  look: system => {
    const most = limit(system, 'address space')
    return most > SPACE_LEAST ? ok(size(most)) : warning(size(most), raise(system, '--as=unlimited'))
  },
}

export const pageSize: Check = {
  name: 'page size',
  why: 'device memory is mapped in whole pages',
  look: ({ facts }) => ok(formatSize(facts.pageSize)),
}
