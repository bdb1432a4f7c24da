// What is read again and again: a register, a field of one, or a plain place.
import { hex } from '../../system/numbers.js'
import { UsageError } from '../failure.js'
import type { Aperture, IoMapping } from '../library.js'
import { checkRange } from '../typed/apertures.js'
import { byteCount, isNumber } from '../typed/arguments.js'
import { numberOfBits } from '../typed/bits.js'
import { hexValue, type Width } from '../typed/widths.js'
import { whyNot, widthOfRegister } from './decode.js'
import type { NameIndex, Target } from './name-index.js'
import { isName, withoutNames } from './options.js'
import { bitsOfTarget, formatTarget, sizeOfTarget, targetBits, targetName } from './value-text.js'

export interface Watched {
  readonly name: string
  /** In the aperture, in bytes. */
  readonly offset: number
  readonly width: Width
  readonly target: Target | undefined
  /** How many bits it has. */
  readonly size: number
  /** Its bits, of what one access of its width gives. */
  bits(raw: bigint): bigint
  /** The bits that a text means for it. @throws UsageError */
  parse(text: string): bigint
  format(raw: bigint): string
}

const plain = (aperture: Aperture, call: string, offset: number, width: Width): Watched => {
  checkRange(aperture, call, offset, width.bytes, width)
  const name = hex(offset)
  const size = width.bytes * 8
  return {
    ...{ name, offset, width, target: undefined, size },
    bits: raw => raw,
    parse: text => numberOfBits(name, text, size),
    format: raw => hexValue(raw, width),
  }
}

const ofTarget = (target: Target): Watched => {
  const { register, field } = target
  const name = targetName(target)
  if ((field ?? register.info).access === 'write-only')
    throw new UsageError(`${name} is write-only; it can't be read`)
  return {
    ...{ name, offset: register.offset, width: widthOfRegister(register), target },
    size: sizeOfTarget(target),
    bits: raw => bitsOfTarget(target, raw),
    parse: text => targetBits(target, text),
    format: raw => formatTarget(target, raw),
  }
}

/** How texts are understood. */
export interface Places {
  readonly aperture: Aperture
  /** For messages. */
  readonly call: string
  /** Undefined: nothing has a name. */
  readonly index: NameIndex | undefined
  /** Of places without a name. */
  readonly width: Width
}

/** What a text names: an offset, a register, a field; of a group each register in which a read changes nothing. @throws UsageError, IoMappingError */
export const watchedOf = ({ aperture, call, index, width }: Places, text: string): Watched[] => {
  if (!index && isName(text)) throw withoutNames(text)
  if (!index || isNumber(text)) return [plain(aperture, call, byteCount('OFFSET')(text), width)]
  const read = index.targets(text).filter(({ register, exact }) => exact || whyNot(register) === undefined)
  if (read.length > 0) return read.map(ofTarget)
  throw new UsageError(`'${text}' has no register that can be read without changing the device; name the one`)
}

/** One access. */
export const readWatched = (mapping: IoMapping, { offset, width }: Watched): bigint => {
  using window = mapping.map(offset, width.bytes)
  return width.read(window, 0)
}

/** One look: a register of which several fields are asked for is accessed once, since a read may clear it. */
export const lookAt = (mapping: IoMapping): ((watched: Watched) => bigint) => {
  const seen = new Map<string, bigint>()
  return watched => {
    const { offset, width } = watched
    const place = `${offset} ${width.name} ${width.swaps}`
    const raw = seen.get(place) ?? readWatched(mapping, watched)
    seen.set(place, raw)
    return raw
  }
}
