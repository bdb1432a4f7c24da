// Whether a device answers: how to switch it on, and what stands in the way.
import { writeFileSync } from 'node:fs'
import { errorForPrograms, IoMappingError } from '../../system/errors.js'
import { type Circumstances, type Explanation, reasonFor, telling } from '../../system/refusal.js'
import type { SystemError } from '../../system/system-error.js'
import type { Obstacle } from '../obstacle.js'
import { setBit } from './config.js'
import type { PciFolder } from './folder.js'
import { ENABLE_REASONS, GONE, GONE_OBSTACLE } from './reasons.js'

type Kind = 'memory' | 'ports'

/** What is off, and what setpci writes to switch it on. */
const OFF: Readonly<Record<Kind, { readonly what: string; readonly command: string }>> = {
  memory: { what: 'the device is disabled, its memory does not answer', command: 'COMMAND=2:2' },
  ports: { what: 'the device is disabled, its ports do not answer', command: 'COMMAND=1:1' },
}

/** Why a device is known not to answer accesses, and what to do; undefined if it may. */
const whySilent = (folder: PciFolder, kind: Kind): Explanation | undefined => {
  const answer = folder.answers(kind)
  if (answer === 'gone') return { why: GONE }
  if (answer !== 'disabled') return undefined
  const { why, ...besides } = howToEnable(folder, kind)
  return { why: `${OFF[kind].what}. ${why}`, ...besides }
}

/** Throws ERR_IO_ACCESS if the device is known not to answer: then what is called `name` can't be `to`. */
export const checkAnswers = (folder: PciFolder, kind: Kind, name: string, to: string): void => {
  const silent = whySilent(folder, kind)
  if (silent === undefined) return
  const { why, forPrograms } = silent
  throw errorForPrograms('ERR_IO_ACCESS', `${name} can't be ${to}: ${why}`, forPrograms)
}

/** That its memory does not answer; undefined if it may. */
export const silence = (folder: PciFolder): Obstacle | undefined => {
  const answer = folder.answers('memory')
  if (answer === 'gone') return GONE_OBSTACLE
  if (answer !== 'disabled') return undefined
  const { driver } = folder
  const remedy = driver === undefined ? enabling(folder, 'memory') : folder.unbind(driver)
  return { why: OFF.memory.what, remedy }
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

/** What to type. */
const enabling = (folder: PciFolder, kind: Kind): string =>
  isCounted(folder) ? `setpci -s ${folder.address} ${OFF[kind].command}` : `echo 1 > ${folder.file('enable')}`

const howToEnable = (folder: PciFolder, kind: Kind): Explanation => {
  const { driver } = folder
  if (driver !== undefined)
    return { why: `Its driver '${driver}' has it switched off; ${UNBIND}: ${folder.unbind(driver)}` }
  const counted = isCounted(folder) ? ` (echo 1 > ${folder.file('enable')} would only count once more)` : ''
  return {
    why: `Enable it first: ${enabling(folder, kind)}${counted}`,
    forPrograms: `, or pci('${folder.address}').enable()`,
  }
}
