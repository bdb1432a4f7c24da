import assert from 'node:assert/strict'
import {
  type IoMapping,
  IoMappingError,
  type IoMappingErrorCode,
  type IoMappingOptions,
  type IoMem,
  PAGE_SIZE,
} from 'io-mapping'
import type { Pipe } from '../support/pipe.js'
import { Card } from './card.js'
import type { Helper } from './helper.js'
import type { Reader } from './reader.js'

/** What all mappings of one origin have in common, in whatever thread: whether its memory went away under one of them. */
export interface Domain {
  lost: boolean
}

export interface Mapped {
  readonly mapping: IoMapping
  readonly options: IoMappingOptions
  readonly domain: Domain
  /** Whether an access through this one has told of the loss. */
  noticed: boolean
  freed: boolean
}

export interface Held {
  readonly mem: IoMem
  readonly of: Mapped
  readonly offset: number
  readonly length: number
  mapped: boolean
  /** Its view, once there is one; `clean`: it holds what the card does. */
  view?: Uint8Array
  clean: boolean
}

export interface Laid {
  readonly window: { readonly mapped: boolean; readonly address: number; unmap(): void }
  readonly of: Mapped
  readonly offset: number
  /** In whole pages. */
  readonly length: number
}

/** Who else is there, for all worlds. */
export interface Others {
  readonly helper: Helper
  readonly pipe: Pipe
  readonly reader: Reader
}

/** Everything that there is at one moment. */
export class World implements Disposable {
  readonly card = new Card()
  readonly helper: Helper
  readonly pipe: Pipe
  readonly reader: Reader
  mappings: Mapped[] = []
  windows: Held[] = []
  laid: Laid[] = []
  readonly memory = new WebAssembly.Memory({ initial: 1, maximum: 2 })

  constructor({ helper, pipe, reader }: Others) {
    this.helper = helper
    this.pipe = pipe
    this.reader = reader
  }

  /** Takes all of `of` out of the model: it is freed, or dropped. */
  forget(of: Mapped): void {
    of.freed = true
    for (const held of this.windows) if (held.of === of) held.mapped = false
    this.mappings = this.mappings.filter(each => each !== of)
    this.laid = this.laid.filter(each => each.of !== of)
  }

  /** An access to `[offset, offset + length)` of the card by way of `of`: whether it faults, or must tell of a fault. */
  touch(of: Mapped, offset: number, length: number): boolean {
    if (!this.card.has(offset, length)) of.domain.lost = true
    return of.domain.lost
  }

  /** What holds at every moment. */
  check(): void {
    for (const of of this.mappings) {
      assert.equal(of.mapping.faults > 0, of.domain.lost, 'faults')
      if (of.domain.lost) remind(of)
    }
    for (const { of, view, mapped } of this.windows) {
      if (view && !mapped && !of.options.shared) assert.equal(view.length, 0, 'a stale view is empty')
    }
    for (const of of this.mappings) {
      const live = this.windows.filter(each => each.of === of && each.mapped).length
      assert.equal(of.mapping.stats.live, live, 'live windows')
    }
    this.windows = this.windows.filter(({ mapped }, index) => mapped || index >= this.windows.length - STALE)
  }

  [Symbol.dispose](): void {
    for (const of of this.mappings) of.mapping.free()
    const { card } = this
    const length = Math.min(card.bytes.length, card.pages * PAGE_SIZE)
    assert.ok(card.read(0, length).equals(card.bytes.subarray(0, length)), 'the card holds what it should')
    card[Symbol.dispose]()
  }
}

/** One that is listened to is told of its loss at some turn of the event loop: here, by now. */
const remind = (of: Mapped): void => {
  if (of.noticed || of.mapping.listenerCount('fault') === 0) return
  of.mapping.off('fault', heed).on('fault', heed) // which asks
  of.noticed = true
}

/** Waits to be told of a loss. A mapping that has it is held by the library until it is freed. */
export const heed = ({ code }: IoMappingError): void => assert.equal(code, 'ERR_IO_FAULT')

/** How many windows that are no longer mapped are kept, to be misused. */
const STALE = 8

/** Checks that `run` throws this code; undefined: that it doesn't throw. Returns what it returns. */
export const expectCode = <T>(
  code: IoMappingErrorCode | undefined,
  run: () => T,
  onError: (error: IoMappingError) => void = () => {},
): T | undefined => {
  try {
    const result = run()
    assert.equal(undefined, code, 'was to throw')
    return result
  } catch (error) {
    if (!(error instanceof IoMappingError)) throw error
    onError(error)
    assert.equal(error.code, code, error.message)
    return undefined
  }
}

/** The same for what is rejected. */
export const expectRejection = async <T>(
  codes: readonly (IoMappingErrorCode | undefined)[],
  run: Promise<T>,
): Promise<T | undefined> => {
  const result = await run.then(
    value => ({ value, code: undefined, message: 'was to be rejected' }),
    error => {
      if (!(error instanceof IoMappingError)) throw error
      return { value: undefined, code: error.code, message: error.message }
    },
  )
  assert.ok(codes.includes(result.code), `${result.code}, not ${codes.join(' or ')}: ${result.message}`)
  return result.value
}
