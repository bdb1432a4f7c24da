// The file systems that the kernel tells by.
import { AS_ROOT, advise, type Check, obstacle, ok, type, unknown, warning } from './check.js'
import { builtWithIfKnown } from './kernel-config.js'
import type { System } from './system.js'

/** The options of the file system of that kind that is mounted at `path`; undefined if none is. Throws Unreadable. */
const mounted = (system: System, kind: string, path: string): string[] | undefined =>
  system
    .text('/proc/self/mounts')
    .split('\n')
    .map(line => line.split(' '))
    .filter(([, at, is]) => at === path && is === kind)
    .at(-1)?.[3]
    ?.split(',')

export const sysfs: Check = {
  name: '/sys',
  why: 'PCI BARs are mapped by files in it, which are opened to be written',
  look: system => {
    const options = mounted(system, 'sysfs', '/sys')
    if (options === undefined) return obstacle('sysfs is not mounted', type('mount -t sysfs sysfs /sys'))
    if (!options.includes('ro')) return ok('mounted to be written')
    return obstacle('mounted read-only, as in a container', type('mount -o remount,rw /sys'))
  },
}

const DEBUG = '/sys/kernel/debug'
const LIST = `${DEBUG}/x86/pat_memtype_list`
const X86 = /^(x86_64|i[3-6]86)$/

export const debugfs: Check = {
  name: 'debugfs',
  why: 'it alone tells whether a mapping is really write-combining: the first one of a range decides',
  look: system => {
    if (!X86.test(system.facts.machine)) return ok('not needed: only x86 tells memory types by it')
    const refused = system.refusal(LIST, 'read')
    if (refused === undefined) return ok('tells memory types')
    if (refused === 'EACCES') return warning('for root alone', AS_ROOT)
    if (builtWithIfKnown(system, 'DEBUG_FS') === 'n')
      return warning('this kernel has none', advise('a kernel with CONFIG_DEBUG_FS'))
    if (mounted(system, 'debugfs', DEBUG) === undefined)
      return warning('not mounted', type(`mount -t debugfs debugfs ${DEBUG}`))
    return unknown(`${LIST} can't be read (${refused})`)
  },
}
