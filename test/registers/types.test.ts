// What is inferred from a description, and what TypeScript refuses: this file compiles only if all of it holds.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { expectTypeOf } from 'expect-type'
import type { IoAccess, IoMapping, IoMem } from 'io-mapping'
import {
  type Block,
  bigBits,
  bit,
  bits,
  block,
  enumeration,
  type Parts,
  reg8,
  reg32,
  reg64,
  registers,
} from 'io-mapping/registers'
import { SimulatedDevice } from 'io-mapping/testing'

const CHANNEL = registers({ DATA: reg8(0) })
const CARD = registers({
  ID: reg32(0x00, { MAJOR: bits(31, 24), MINOR: bits(23, 16) }).ro,
  CONTROL: reg32(0x04, {
    ENABLE: bit(0),
    MODE: enumeration(5, 4, { IDLE: 0, RUN: 1 }),
    BUSY: bit(7).ro,
    SPEED: enumeration(17, 16, { FAST: 1, SLOW: 'others' }).overlaps,
    KEY: bits(15, 8).wo,
  }),
  STATUS: reg32(0x08, { IRQ: bit(0).w1c }),
  WIDE: reg64(0x10, { LOW: bits(31, 0), ADDRESS: bigBits(63, 32) }),
  EVENTS: reg32(0x18, { SEEN: bit(0).rc, MASK: bits(15, 8) }),
  FIFO: reg32(0x1c).ro.rx,
  SCRATCH: reg32(0x20),
  COUNTER: reg64(0x28),
  COMMAND: reg32(0x30, { READY: bit(0) }).writes({ CODE: enumeration(3, 0, { GO: 1, STOP: 2 }) }),
  KICK: reg32(0x34).wo,
  CHANNELS: block(0x40, CHANNEL).array(4, 0x10),
  SLOTS: reg32(0x100, { X: bit(0) }).array(200),
})

export const inferred = (mem: IoMem, count: number): void => {
  const card = CARD.at(mem)
  expectTypeOf(card.ID.read()).toEqualTypeOf<{ readonly MAJOR: number; readonly MINOR: number }>()
  expectTypeOf(card.CONTROL.read()).toEqualTypeOf<{
    readonly ENABLE: boolean
    readonly MODE: 'IDLE' | 'RUN' | number
    readonly BUSY: boolean
    readonly SPEED: 'FAST' | 'SLOW' | number
  }>()
  expectTypeOf(card.CONTROL.write).parameter(0).toEqualTypeOf<{
    readonly ENABLE?: boolean
    readonly MODE?: 'IDLE' | 'RUN' | number
    readonly SPEED?: 'FAST' | number
    readonly KEY?: number
  }>()
  expectTypeOf(card.CONTROL.readRaw()).toEqualTypeOf<number>()
  expectTypeOf(card.CONTROL.MODE.read()).toEqualTypeOf<'IDLE' | 'RUN' | number>()
  expectTypeOf(card.CONTROL.ENABLE.write).parameter(0).toEqualTypeOf<boolean>()
  expectTypeOf(card.WIDE.read()).toEqualTypeOf<{ readonly LOW: number; readonly ADDRESS: bigint }>()
  expectTypeOf(card.WIDE.readRaw()).toEqualTypeOf<bigint>()
  expectTypeOf(card.SCRATCH.read()).toEqualTypeOf<number>()
  expectTypeOf(card.COUNTER.read()).toEqualTypeOf<bigint>()
  expectTypeOf(card.COUNTER.modify).parameter(0).toEqualTypeOf<bigint | ((now: bigint) => bigint)>()
  expectTypeOf(card.FIFO.read()).toEqualTypeOf<number>()
  expectTypeOf(card.COMMAND.read()).toEqualTypeOf<{ readonly READY: boolean }>()
  expectTypeOf(card.COMMAND.write).parameter(0).toEqualTypeOf<{ readonly CODE?: 'GO' | 'STOP' | number }>()
  expectTypeOf(card.CHANNELS[3].DATA.read()).toEqualTypeOf<number>()
  expectTypeOf(card.CHANNELS.length).toEqualTypeOf<4>()
  expectTypeOf(card.SLOTS[count]?.X.read()).toEqualTypeOf<boolean | undefined>()
  expectTypeOf(card.CONTROL.poll(({ BUSY }) => !BUSY)).resolves.toEqualTypeOf<{
    readonly ENABLE: boolean
    readonly MODE: 'IDLE' | 'RUN' | number
    readonly BUSY: boolean
    readonly SPEED: 'FAST' | 'SLOW' | number
  }>()
  expectTypeOf(card.CONTROL.BUSY.poll(busy => !busy)).resolves.toEqualTypeOf<boolean>()
  const all = card.read()
  expectTypeOf(all.ID).toEqualTypeOf<{ readonly MAJOR: number; readonly MINOR: number }>()
  expectTypeOf(all.COUNTER).toEqualTypeOf<bigint>()
  expectTypeOf(all.CHANNELS[3]).toEqualTypeOf<{ readonly DATA: number }>()
  expectTypeOf(all.SLOTS[count]).toEqualTypeOf<{ readonly X: boolean } | undefined>()
  expectTypeOf<keyof typeof all>().toEqualTypeOf<
    'ID' | 'CONTROL' | 'STATUS' | 'WIDE' | 'SCRATCH' | 'COUNTER' | 'COMMAND' | 'CHANNELS' | 'SLOTS'
  >()
  expectTypeOf(card.window).toEqualTypeOf<IoAccess>()
  expectTypeOf(card.CHANNELS[0].read()).toEqualTypeOf<{ readonly DATA: number }>()
  expectTypeOf(
    registers({ A: reg8(0).ro, B: reg8(0).overlaps.ro })
      .at(mem)
      .B.read(),
  ).toEqualTypeOf<number>()
  card.CONTROL.modify(({ ENABLE }) => ({ ENABLE: !ENABLE, MODE: 'RUN' }))
  card.STATUS.modify({ IRQ: true })
}

export const mapped = (mapping: IoMapping): void => {
  using card = CARD.map(mapping, 0x1000)
  expectTypeOf(card.ID.read()).toEqualTypeOf<{ readonly MAJOR: number; readonly MINOR: number }>()
  expectTypeOf(card.window.u8).toEqualTypeOf<IoMem['u8']>()
  card.window.unmap()
}

export const anyBlock = (): Block<Parts>[] => [CARD, CHANNEL]

export const refused = (mem: IoMem): void => {
  const card = CARD.at(mem)
  // @ts-expect-error its window is another's to unmap
  using again = CARD.at(mem)
  // @ts-expect-error a window is nothing to map from
  CARD.map(again.window)
  // @ts-expect-error a read of it takes something out
  card.read().FIFO
  // @ts-expect-error it can't be read
  card.read().KICK
  // @ts-expect-error a read-only register has no write
  card.ID.write({ MAJOR: 1 })
  // @ts-expect-error nor a raw one
  card.ID.writeRaw(1)
  // @ts-expect-error nor modify
  card.ID.modify({ MAJOR: 1 })
  // @ts-expect-error nor have its fields
  card.ID.MAJOR.write(1)
  // @ts-expect-error a read-only field
  card.CONTROL.write({ BUSY: true })
  // @ts-expect-error a read-only field
  card.CONTROL.modify({ BUSY: true })
  // @ts-expect-error a read-only field
  card.CONTROL.BUSY.write(true)
  // @ts-expect-error a write-only field can't be read
  card.CONTROL.KEY.read()
  // @ts-expect-error and is no part of what was read
  card.CONTROL.read().KEY
  // @ts-expect-error no such name
  card.CONTROL.write({ MODE: 'STOP' })
  // @ts-expect-error no such field
  card.CONTROL.write({ MODES: 'RUN' })
  // @ts-expect-error a bit is true or false
  card.CONTROL.ENABLE.write(1)
  // @ts-expect-error a wide field is a bigint
  card.WIDE.write({ ADDRESS: 1 })
  // @ts-expect-error so is a wide register
  card.COUNTER.write(1)
  // @ts-expect-error a read clears it, so that it can't be read, changed and written back
  card.EVENTS.modify({ MASK: 1 })
  // @ts-expect-error what is read there is not what is written
  card.COMMAND.modify({ CODE: 'GO' })
  // @ts-expect-error that is read
  card.COMMAND.write({ READY: true })
  // @ts-expect-error that is written
  card.COMMAND.CODE.read()
  // @ts-expect-error a write-only register can't be read
  card.KICK.read()
  // @ts-expect-error nor waited for
  card.KICK.poll(() => true)
  // @ts-expect-error there are four
  card.CHANNELS[4].DATA.read()
  // @ts-expect-error a description is not a window
  CARD.at(CHANNEL)
  // @ts-expect-error a block in a block needs block()
  registers({ CHANNEL })
  // @ts-expect-error nor is a field a register
  registers({ FIELD: bit(0) })
  // @ts-expect-error a reset value of 64 bits is a bigint
  reg64(0).reset(1)
}

export const simulated = (): void => {
  const device = new SimulatedDevice(CARD)
  device.state.ID.write({ MAJOR: 3 })
  device.state.CONTROL.BUSY.write(true)
  expectTypeOf(device.state.CONTROL.KEY.read()).toEqualTypeOf<number>()
  device.onWrite(device.state.COUNTER, written => expectTypeOf(written).toEqualTypeOf<bigint>())
  device.onRead(device.state.FIFO, () => 5)
  device.onRead(device.state.FIFO, () => {})
}

test('the types are checked when this is compiled', () => {
  assert.equal(typeof inferred, 'function')
})
