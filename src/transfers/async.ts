// IoMapping.readAsync and writeAsync.
import { constants } from 'node:buffer'
import { bytesOf } from '../access/copy-range.js'
import { badArgument, IoMappingError } from '../system/errors.js'
import { formatSize } from '../system/numbers.js'
import type { MappingCore } from '../window/mapping-core.js'
import { checkTransfer, type TransferOptions } from './options.js'
import { checkRange, type Mapper, transfer } from './transfer.js'

/** Bytes in an ArrayBuffer of their own: Uint8Array<ArrayBuffer>, which TypeScript has since 5.7; before, a Uint8Array. */
export type OwnBytes = ReturnType<Uint8Array['slice']>

export const readAsync = async (
  mapping: Mapper,
  core: MappingCore,
  offset: number,
  length: number,
  options: TransferOptions,
  call = 'readAsync',
): Promise<OwnBytes> => {
  checkRange(core, call, offset, length, false)
  const checked = checkTransfer(call, length, options)
  // The user gets it when it is complete: nobody can transfer it away while the other thread writes to it.
  let target: OwnBytes | undefined
  const bytesAt = (done: number, count: number) => {
    target ??= allocate(call, length)
    return target.subarray(done, done + count)
  }
  await transfer({ mapping, core, call, offset, length, toDevice: false, options: checked, bytesAt })
  return target as OwnBytes
}

export const writeAsync = async (
  mapping: Mapper,
  core: MappingCore,
  offset: number,
  data: ArrayBufferView | ArrayBufferLike,
  options: TransferOptions,
  call = 'writeAsync',
): Promise<void> => {
  const source = bytesOf(call, 'data', data)
  const { length } = source
  checkRange(core, call, offset, length, true)
  const checked = checkTransfer(call, length, options)
  // A copy of each piece: the user may change, shrink or transfer the data meanwhile.
  const bytesAt = (done: number, count: number) => {
    if (source.length >= done + count) return source.slice(done, done + count)
    throw badArgument(
      `${call}: data`,
      data,
      `kept until the promise is settled: it has shrunk, or was transferred`,
    )
  }
  await transfer({ mapping, core, call, offset, length, toDevice: true, options: checked, bytesAt })
}

const allocate = (call: string, length: number): OwnBytes => {
  try {
    return new Uint8Array(length)
  } catch (cause) {
    throw new IoMappingError(
      'ERR_IO_ADDRESS_SPACE',
      `${call}: no ${formatSize(length)} of memory can be had at once (an ArrayBuffer has at most ` +
        `${formatSize(constants.MAX_LENGTH)}); read less, or use createReadStream`,
      { cause },
    )
  }
}
