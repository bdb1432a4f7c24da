// Whether a device answers: how to switch it on, and what stands in the way.
import { writeFileSync } from 'node:fs'
import { IoMappingError } from '../../system/errors.js'
import { type Circumstances, type Explanation, reasonFor, telling } from '../../system/refusal.js'
import type { SystemError } from '../../system/system-error.js'
import type { Obstacle } from '../obstacle.js'
import { setBit } from './config.js'
import type { PciFolder } from './folder.js'
import { ENABLE_REASONS, GONE, GONE_OBSTACLE } from './reasons.js'

/** Why a device is known not to answer accesses, and what to do; undefined if it may. */
export const whySilent = (folder: PciFolder, kind: 'memory' | 'ports'): string | undefined => {
  const answer = folder.answers(kind)
  if (answer === 'gone') return GONE
  if (answer !== 'disabled') return undefined
  return `${DISABLED[kind]}. ${howToEnable(folder)}`
}

const DISABLED = {
  memory: 'the device is disabled, its memory does not answer',
  ports: 'the device is disabled, its ports do not answer',
} as const

/** That its memory does not answer; undefined if it may. */
export const silence = (folder: PciFolder): Obstacle | undefined => {
  const answer = folder.answers('memory')
  if (answer === 'gone') return GONE_OBSTACLE
  if (answer !== 'disabled') return undefined
  const { address, driver } = folder
  const enabling = isCounted(folder)
    ? `setpci -s ${address} COMMAND=2:2`
    : `echo 1 > ${folder.file('enable')}`
  return { why: DISABLED.memory, remedy: driver === undefined ? enabling : folder.unbind(driver) }
}

/** That a driver is bound to it, which may have claimed its ranges; undefined if none is. */
export const holder = (folder: PciFolder): Obstacle | undefined => {
  const { driver } = folder
  if (driver === undefined) return undefined
  return { why: `its driver '${driver}' has claimed it`, remedy: folder.unbind(driver) }
}

/** Why a range of it can't be had. */
export const whyClaimed = (folder: PciFolder): string => {
  const held = holder(folder)
  if (held === undefined)
    return 'a driver has claimed its range (see /proc/iomem), or it is mapped with another memory type elsewhere; end that first'
  return `${held.why}; ${UNBIND}: ${held.remedy}`
}

/** Has the device's memory answer. Throws an IoMappingError. */
export const enable = (folder: PciFolder): void => {
  const explain = (error: SystemError, known: Circumstances): Explanation | undefined =>
    error.code === 'EBUSY' ? { why: whyClaimed(folder) } : reasonFor(error, ENABLE_REASONS, known)
  telling(folder.name, { to: 'enabled', writable: true, explain }, () => {
    writeFileSync(folder.file('enable'), '1')
    if (folder.answers('memory') === 'disabled') setMemoryBit(folder)
  })
  const answer = folder.answers('memory')
  if (answer === undefined || answer === 'enabled') return
  throw new IoMappingError(
    'ERR_IO_ACCESS',
    `${folder.name} can't be enabled: ${answer === 'gone' ? GONE : STAYS_OFF}`,
  )
}

/** Enabled before, the device was only counted; the bit may have been taken back since. */
const setMemoryBit = (folder: PciFolder): void => {
  using config = folder.openConfig()
  setBit(config, 'memory', true)
}

const STAYS_OFF =
  'the memory bit of its command register was set, and is 0 still. Something switches it off again (its power state, a ' +
  "hypervisor), or the device has no memory; see lspci -vv -s, 'Control: … Mem'"

const UNBIND = 'unbind that first'

/** Enabled before: to enable it once more would count, and not set its bit. */
const isCounted = (folder: PciFolder): boolean => Number(folder.attribute('enable')) > 0

const howToEnable = (folder: PciFolder): string => {
  const { driver } = folder
  if (driver !== undefined)
    return `Its driver '${driver}' has it switched off; ${UNBIND}: ${folder.unbind(driver)}`
  const first = `Enable it first: pci('${folder.address}').enable()`
  const path = folder.file('enable')
  return isCounted(folder)
    ? `${first} (echo 1 > ${path} would only count once more)`
    : `${first}, or echo 1 > ${path}`
}
