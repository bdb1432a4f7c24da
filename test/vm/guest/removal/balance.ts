// What this process holds of the system: nothing of it may be left by a mapping that was taken away.
import assert from 'node:assert/strict'
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { setImmediate } from 'node:timers/promises'
import { collect } from '../../../support/collect.js'

const lines = () => readFileSync('/proc/self/maps', 'utf8').trim().split('\n')

const linkOf = (fd: string): string => {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`)
  } catch {
    return 'closed meanwhile' // the one that reads the folder
  }
}

const held = () => ({
  // libuv opens /dev/null once for each thread's loop, with its first stream, for the day when no descriptors are left
  descriptors: readdirSync('/proc/self/fd')
    .map(linkOf)
    .filter(link => link !== '/dev/null')
    .sort(),
  mapped: lines().filter(line => /\/dev\/mem|\/sys\/|memfd:|\(deleted\)/.test(line)),
})

/** V8's heap grows in some rounds; what is left behind by rounds makes each one grow, or each of a kind. */
const SELDOM = 0.3

export class Balance {
  readonly #before = held()
  readonly #counts: number[] = []

  /** Once in each round, when its mappings are freed. */
  async check(): Promise<void> {
    await setImmediate()
    assert.deepEqual(held(), this.#before)
    collect() // V8's heap is in the count, too
    this.#counts.push(lines().length)
  }

  /** At the end: whether /proc/self/maps has gone on growing, once all was there that rounds need. (Few rounds don't tell.) */
  checkGrowth(): void {
    const later = this.#counts.slice(this.#counts.length / 2)
    const steps = later.slice(1).map((count, i) => count - (later[i] ?? count))
    const many = later.length * SELDOM
    const isGrowing =
      steps.filter(step => step > 0).length > many && (later.at(-1) ?? 0) - (later[0] ?? 0) > many
    assert.ok(!isGrowing || later.length < 20, `the number of mappings, round by round: ${this.#counts}`)
  }
}
