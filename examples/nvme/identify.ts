import type { BusDevice } from 'io-mapping'
import { NvmeError } from './errors.js'
import { MOST_BYTES } from './queue.js'
import { COMMANDS, type Command, IDENTIFY_CONTROLLER, IDENTIFY_NAMESPACE, PAGE, wide } from './registers.js'

/** What is known of a controller and its namespace. */
export type Known = Awaited<ReturnType<typeof identify>>

const text = (bytes: readonly { read(): number }[]): string =>
  String.fromCharCode(...bytes.map(each => each.read())).trim()

/** Asks the controller what it is, and what its first namespace is. @param run carries out a command */
export const identify = async (device: BusDevice, run: (command: Command) => Promise<number>) => {
  using memory = device.dma(PAGE)
  const window = memory.map()
  await run(COMMANDS.identifyController(memory.iova))
  const controller = IDENTIFY_CONTROLLER.at(window)
  const limit = controller.MAX_TRANSFER.read()
  const identity = {
    model: text(controller.MODEL),
    serial: text(controller.SERIAL),
    firmware: text(controller.FIRMWARE),
    /** The most bytes that one read or write moves: what the controller takes, 256 KiB at most. */
    mostBytes: limit === 0 ? MOST_BYTES : Math.min(MOST_BYTES, PAGE * 2 ** limit),
    /** How many requests for events may be outstanding. */
    eventLimit: controller.EVENT_LIMIT.read() + 1,
  } as const
  if (controller.NAMESPACES.read() === 0) throw new NvmeError(`${identity.model} has no namespace`)
  const id = 1
  await run(COMMANDS.identifyNamespace(id, memory.iova))
  const { SIZE, SIZE_UPPER, FORMAT, FORMATS } = IDENTIFY_NAMESPACE.at(window)
  const format = FORMATS[FORMAT.INDEX.read()]?.read()
  if (format?.METADATA !== 0 || format.DATA < 9)
    // zeros everywhere
    throw new NvmeError('namespace 1 is not active, or has metadata, which this driver has not')
  const namespace = {
    id,
    /** In blocks. */
    size: wide(SIZE.read(), SIZE_UPPER.read()),
    /** Of a block, in bytes. */
    blockSize: 2 ** format.DATA,
  } as const
  return { identity, namespace }
}
