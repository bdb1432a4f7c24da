// /dev/mem, and how strict the kernel is about what drivers have claimed.
import { AS_ROOT, advise, type Check, introduced, ok, type Verdict, warning } from './check.js'
import { builtWith, builtWithIfKnown } from './kernel-config.js'
import { kernelWords, startWith } from './kernel-words.js'
import { hasCapability } from './rights.js'
import { type System, Unreadable } from './system.js'

const NODE = '/dev/mem'

export const devMem: Check = {
  name: NODE,
  why: 'bus addresses that are no PCI BAR’s, and ranges of the device tree, are mapped through it',
  look: system => {
    const refused = system.refusal(NODE, 'both')
    if (refused === 'ENOENT')
      return warning(whyAbsent(system), advise('a kernel with CONFIG_DEVMEM; a container must be given it'))
    if (refused !== undefined) return warning(`no permission (${refused})`, AS_ROOT)
    return hasCapability(system, 'SYS_RAWIO')
      ? ok('may be read and written')
      : warning('lacks CAP_SYS_RAWIO', AS_ROOT)
  },
}

const whyAbsent = (system: System): string =>
  builtWithIfKnown(system, 'DEVMEM') === 'n'
    ? 'does not exist: built without CONFIG_DEVMEM'
    : 'does not exist'

export const strictDevMem: Check = {
  name: 'STRICT_DEVMEM',
  why: 'with it, /dev/mem gives devices alone, no RAM',
  look: system => {
    if (builtWith(system, 'DEVMEM') === 'n') return ok('not needed: there is no /dev/mem')
    return ok(
      builtWith(system, 'STRICT_DEVMEM') === 'n' ? 'no: RAM can be mapped, too' : 'yes: RAM can’t be mapped',
    )
  },
}

/** The word by which Linux leaves them to programs. */
export const RELAXED = 'iomem=relaxed'

/** Whether the kernel keeps programs from what drivers have claimed; undefined where it is not known. */
export const isStrict = (system: System): boolean | undefined => {
  const built = builtWithIfKnown(system, 'IO_STRICT_DEVMEM')
  if (built === 'n') return false
  try {
    if (kernelWords(system).includes(RELAXED)) return false
    return built === undefined ? undefined : true
  } catch (error) {
    if (error instanceof Unreadable) return undefined
    throw error
  }
}

export const ioStrictDevMem: Check = {
  name: 'IO_STRICT_DEVMEM',
  why: 'with it, nobody maps what a driver has claimed, neither by sysfs nor by /dev/mem',
  look: system => strictness(system, builtWith(system, 'IO_STRICT_DEVMEM') !== 'n'),
}

const strictness = (system: System, isBuilt: boolean): Verdict => {
  if (!isBuilt) return ok('no: what a driver has claimed can be mapped as well')
  if (kernelWords(system).includes(RELAXED)) return ok(`yes, but Linux was started with ${RELAXED}`)
  const words = 'unbind the driver (iomap doctor pci:0000:00:02.0/0 tells how); or, where it is to stay:'
  return warning('yes', introduced(words, startWith(system, RELAXED)))
}
