// Whether a device answers: how to switch it on, and what stands in the way.
import { writeFileSync } from 'node:fs'
import { errorForPrograms, IoMappingError } from '../../system/errors.js'
import { type Circumstances, type Explanation, reasonFor, telling } from '../../system/refusal.js'
import type { SystemError } from '../../system/system-error.js'
import { setBit } from './config.js'
import type { PciFolder } from './folder.js'
import { ENABLE_REASONS, GONE } from './reasons.js'

type Kind = 'memory' | 'ports'

/** What is off, and what setpci writes to switch it on. */
const OFF: Readonly<Record<Kind, { readonly what: string; readonly command: string }>> = {
  memory: { what: 'its memory does not answer', command: 'COMMAND=2:2' },
  ports: { what: 'its ports do not answer', command: 'COMMAND=1:1' },
}

/** Why a device is known not to answer accesses, and what to do; undefined if it may. */
const whySilent = (folder: PciFolder, kind: Kind): Explanation | undefined => {
  const answer = folder.answers(kind)
  if (answer === 'gone') return { why: GONE }
  if (answer !== 'disabled') return undefined
  const { what, command } = OFF[kind]
  const { why, ...besides } = howToEnable(folder, command)
  return { why: `the device is disabled, ${what}. ${why}`, ...besides }
}

/** Throws ERR_IO_ACCESS if the device is known not to answer: then what is called `name` can't be `to`. */
export const checkAnswers = (folder: PciFolder, kind: Kind, name: string, to: string): void => {
  const silent = whySilent(folder, kind)
  if (silent === undefined) return
  const { why, forPrograms } = silent
  throw errorForPrograms('ERR_IO_ACCESS', `${name} can't be ${to}: ${why}`, forPrograms)
}

/** Why a range of it can't be had. */
export const whyClaimed = (folder: PciFolder): string => {
  const { driver } = folder
  if (driver === undefined)
    return 'a driver has claimed its range (see /proc/iomem), or it is mapped with another memory type elsewhere; end that first'
  return `its driver '${driver}' has claimed it; ${folder.unbind(driver)}`
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

const howToEnable = (folder: PciFolder, command: string): Explanation => {
  const { driver } = folder
  if (driver !== undefined)
    return { why: `Its driver '${driver}' has it switched off; ${folder.unbind(driver)}` }
  const path = folder.file('enable')
  const isCounted = Number(folder.attribute('enable')) > 0
  return {
    why: isCounted
      ? `Enable it first: setpci -s ${folder.address} ${command} (echo 1 > ${path} would only count once more)`
      : `Enable it first: echo 1 > ${path}`,
    forPrograms: `, or pci('${folder.address}').enable()`,
  }
}
