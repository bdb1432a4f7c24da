// IoMapping.share and attach: a mapping in several threads. Each has windows, slots and counts of its own, as each CPU has
// its own slots in the kernel; what they have in common is the aperture, and its loss.

import { types } from 'node:util'
import type { MemoryType } from '../apertures/aperture.js'
import type { Areas } from '../apertures/areas.js'
import { Ground } from '../container/ground.js'
import { Descriptor, descriptorFrom } from '../system/descriptor.js'
import { badArgument, IoMappingError } from '../system/errors.js'
import { type Lease, native } from '../system/native.js'
import { told } from '../system/refusal.js'
import { refuseEnded } from '../window/mapping-refusals.js'
import { refuseLost } from '../window/refusals.js'
import { build, type Made, made } from './make.js'
import type { Layout } from './options.js'

/** What `IoMapping.share` gives: for postMessage, or a Worker's workerData. What is in it means nothing to others. */
export interface SharedMapping {
  readonly id: number
  readonly pid: number
  /** With `shared: true`. */
  readonly buffer?: SharedArrayBuffer
}

/** What the other threads must know, and can't tell from the descriptor. */
interface Description {
  readonly name: string
  readonly base: number
  readonly size: number
  readonly memoryType: MemoryType
  readonly wc: boolean
  readonly iova: number | undefined
  readonly layout: Layout
  readonly offset: number
  readonly pageOffset: number
  readonly cached: boolean
  readonly unit: number
  readonly whole: boolean
  readonly areas: Areas | undefined
}

/** Of names in other threads, in characters: a path can be longer, and the addon has room for one. */
const LONGEST_NAME = 2000

export const share = ({ core, base, size, memoryType, wc, iova, layout }: Made): SharedMapping => {
  if (core.isEnded()) throw refuseEnded(core, 'share')
  const { name, ground } = core
  if (ground.kept.mapping) throw refuseDevice(name)
  const { fd, offset, pageOffset, cached, unit, whole, areas } = ground
  const text: Description = {
    ...{ name: name.slice(0, LONGEST_NAME), base, size, memoryType, wc, iova, layout },
    ...{ offset, pageOffset, cached, unit, whole, areas },
  }
  const id = unlessRefused(
    error => told(name, error, { to: 'shared' }),
    () => descriptorFrom('fcntl', () => native.share(core.lease, fd, JSON.stringify(text))),
  )
  const { pid } = process
  return core.buffer ? { id, pid, buffer: core.buffer } : { id, pid }
}

export const attach = (shared: SharedMapping): Made => {
  const { id, buffer } = check(shared)
  const lease = native.attach(id)
  if (!lease) throw refuseGone()
  try {
    return take(lease, buffer)
  } catch (error) {
    native.endLease(lease) // again, it does nothing
    throw error
  }
}

const take = (lease: Lease, buffer: SharedArrayBuffer | undefined): Made => {
  const { name, layout, offset, pageOffset, cached, unit, whole, areas, ...rest }: Description = JSON.parse(
    native.sharedText(lease),
  )
  const isRight = layout.shared ? types.isSharedArrayBuffer(buffer) : buffer === undefined
  if (!isRight) throw refuseBuffer(buffer, layout.shared)
  const explain = (error: unknown) => told(name, error, { writable: layout.writable })
  const descriptor = unlessRefused(
    explain,
    () => new Descriptor('fcntl', owner => native.sharedDescriptor(owner, lease)),
  )
  const { fd } = descriptor
  const close = () => descriptor.close()
  const { writable } = layout
  const backing = {
    fd,
    offset,
    pageOffset,
    writable,
    cached,
    unit,
    whole,
    areas,
    explain,
    mapped: undefined,
    close,
  }
  const ground = new Ground(backing, lease)
  const core = build(name, rest.size, ground, layout, buffer)
  if (!core.checkLoss()) return made(core, { ...rest, layout })
  core.free()
  throw refuseLost(core, 'attach')
}

const unlessRefused = <T>(explain: (error: unknown) => unknown, attempt: () => T): T => {
  try {
    return attempt()
  } catch (error) {
    throw explain(error)
  }
}

const check = (shared: SharedMapping): SharedMapping => {
  const { id, pid } = typeof shared === 'object' && shared !== null ? shared : ({} as SharedMapping)
  const isOne = typeof id === 'number' && id >>> 0 === id && typeof pid === 'number'
  if (!isOne) throw refuseShape(shared)
  if (pid !== process.pid) {
    throw new IoMappingError(
      'ERR_IO_ARGUMENT',
      `attach: the mapping is one of process ${pid}, and this is process ${process.pid}; a mapping is shared between the ` +
        'threads of a process. Another process creates its own, of the same aperture',
    )
  }
  return shared
}

const refuseShape = (shared: unknown): IoMappingError =>
  badArgument('attach: the shared mapping', shared, 'what share() gave, as it came through postMessage')

const refuseDevice = (name: string): IoMappingError =>
  new IoMappingError(
    'ERR_IO_UNSUPPORTED',
    `share: ${name} is of a device that is had by VFIO, and ends with that: close() could not end it in another thread. Open the device ` +
      'in the thread that uses it; what threads share can be memory of their own (memory:SIZE), which the device reaches by map()',
  )

const refuseBuffer = (buffer: unknown, isThere: boolean): IoMappingError =>
  badArgument(
    "attach: the shared mapping's buffer",
    buffer,
    isThere ? 'the SharedArrayBuffer that share() gave' : 'left out, as share() gave none',
  )

const refuseGone = (): IoMappingError =>
  new IoMappingError(
    'ERR_IO_FREED',
    'attach: the mapping was freed in every thread that had it; free it only when the other threads have attached',
  )
