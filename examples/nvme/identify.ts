import type { BusDevice } from 'io-mapping'
import { NvmeError } from './errors.js'
import { type Command, MOST_BYTES } from './queue.js'
import { IDENTIFY, IDENTIFY_CONTROLLER, IDENTIFY_NAMESPACE, PAGE } from './registers.js'

/** What a controller is. */
export interface Identity {
  readonly model: string
  readonly serial: string
  readonly firmware: string
  /** The most bytes that one read or write moves: what the controller takes, 256 KiB at most. */
  readonly mostBytes: number
  /** How many requests for events may be outstanding. */
  readonly eventLimit: number
}

export interface Namespace {
  readonly id: number
  /** In blocks. */
  readonly size: number
  /** Of a block, in bytes. */
  readonly blockSize: number
}

const text = (bytes: readonly { read(): number }[]): string =>
  String.fromCharCode(...bytes.map(each => each.read())).trim()

/** Asks the controller what it is, and what its first namespace is. @param ask carries out an Identify */
export const identify = async (
  device: BusDevice,
  ask: (request: Partial<Command>) => Promise<number>,
): Promise<{ identity: Identity; namespace: Namespace }> => {
  using memory = device.dma(PAGE)
  const { iova } = memory
  const window = memory.map()
  await ask({ iova, cdw10: IDENTIFY.CONTROLLER })
  const controller = IDENTIFY_CONTROLLER.at(window)
  const limit = controller.MAX_TRANSFER.read()
  const identity: Identity = {
    model: text(controller.MODEL),
    serial: text(controller.SERIAL),
    firmware: text(controller.FIRMWARE),
    mostBytes: limit === 0 ? MOST_BYTES : Math.min(MOST_BYTES, PAGE * 2 ** limit),
    eventLimit: controller.EVENT_LIMIT.read() + 1,
  }
  if (controller.NAMESPACES.read() === 0) throw new NvmeError(`${identity.model} has no namespace`)
  const id = 1
  await ask({ iova, cdw10: IDENTIFY.NAMESPACE, namespace: id })
  const { SIZE, SIZE_UPPER, FORMAT, FORMATS } = IDENTIFY_NAMESPACE.at(window)
  const format = FORMATS[FORMAT.INDEX.read()]?.read()
  if (format?.METADATA !== 0) throw new NvmeError('the namespace has metadata, which this driver has not')
  const size = SIZE.read() + SIZE_UPPER.read() * 2 ** 32
  return { identity, namespace: { id, size, blockSize: 2 ** format.DATA } }
}
