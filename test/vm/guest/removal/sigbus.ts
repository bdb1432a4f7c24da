// Listeners for SIGBUS: a fault must not get to them, whenever they came. This file must not load the library.
import assert from 'node:assert/strict'
import { setTimeout } from 'node:timers/promises'

/** Once: before the library is loaded. Each: in every other round, when its mapping is there, and off again after it. */
export type Listening = 'once' | 'each'

let heard = 0
const listener = (): void => {
  heard++
}

export const listen = (): void => void process.on('SIGBUS', listener)
export const stop = (): void => void process.off('SIGBUS', listener)

export const assertNothingHeard = (): void => assert.equal(heard, 0, 'a fault is no signal for the program')

/** A SIGBUS that is sent is for the listener, as before. */
export const assertHearing = async (): Promise<void> => {
  process.kill(process.pid, 'SIGBUS')
  for (let i = 0; i < 100 && heard === 0; i++) await setTimeout(10)
  assert.equal(heard, 1)
}
