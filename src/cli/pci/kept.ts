// What is to be written to bytes so that nothing changes: bits that a write of 1 clears are 0 in it, whatever registers lie there.
import type { Place } from './regions.js'

/** In bytes. */
interface Range {
  readonly offset: number
  readonly width: number
}

/** Those of which a part, or all, lies in a range. */
export const placesIn = (places: readonly Place[], { offset, width }: Range): Place[] =>
  places.filter(place => place.offset < offset + width && place.offset + place.info.width > offset)

const maskOf = (bytes: number): bigint => 2n ** BigInt(bytes * 8) - 1n

/** `raw` was read of a range; `places` are the registers in it. */
export const keptIn = (places: readonly Place[], { offset, width }: Range, raw: number): number => {
  let bits = BigInt(raw)
  for (const { info, offset: start } of places) {
    const shift = BigInt((start - offset) * 8)
    const [toRegister, fromRegister] = [
      (value: bigint) => (shift < 0n ? value << -shift : value >> shift),
      (value: bigint) => (shift < 0n ? value >> -shift : value << shift),
    ]
    const kept = BigInt(info.kept(Number(toRegister(bits) & maskOf(info.width))))
    const mask = fromRegister(maskOf(info.width)) & maskOf(width)
    bits = (bits & ~mask) | (fromRegister(kept) & mask)
  }
  return Number(bits)
}
