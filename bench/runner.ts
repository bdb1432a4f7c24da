// One contestant of a row, alive: prepared, warmed up, and run once a round.
import { Contestant } from './contestant.js'
import { readCpuTime } from './cpu-time.js'
import { readInterrupts } from './interrupts.js'
import type { Entry, Row, Sample, Scale } from './row.js'

/** V8 compiles what runs often in several steps, in the background. */
const WARM_UP_NS = 150e6
/** Runs of so many iterations warm up a contestant whose runs are long. */
const SHORT_RUN = 16_384
const MOST_ITERATIONS = 2 ** 30

export class Runner implements Disposable {
  readonly entry: Entry
  readonly #contestant: Contestant
  readonly #counted: boolean
  #iterations = 0
  /** Why it has no figures. */
  missing: string | undefined

  constructor(entry: Entry, row: Row) {
    this.entry = entry
    this.#counted = row.counted ?? false
    this.#contestant = new Contestant(entry.peer)
  }

  /** Does something, unless something failed before. */
  async try<T>(action: () => Promise<T>): Promise<T | undefined> {
    if (this.missing !== undefined) return undefined
    try {
      return await action()
    } catch (error) {
      this.missing = (error as Error).message
      this[Symbol.dispose]()
      return undefined
    }
  }

  async prepare(args: Readonly<Record<string, string | number>>): Promise<void> {
    await this.#contestant.prepare(this.entry.case, { ...args, ...this.entry.args })
  }

  /** Finds how many iterations make a run, and lets V8 compile what they run. */
  async warmUp({ runMs }: Scale, rounds: number): Promise<void> {
    const { iterations, warmUp } = this.entry
    if (iterations !== undefined) {
      this.#iterations = iterations
      if (rounds > 1) await this.#contestant.run(warmUp ?? Math.min(iterations, SHORT_RUN))
      return
    }
    this.#iterations = await this.#calibrate(runMs * 1e6)
  }

  /** The first runs are slow (code not yet compiled, pages not yet there), so it goes on counting until all is warm. */
  async #calibrate(target: number): Promise<number> {
    let count = 1
    for (let warm = 0; ; ) {
      const { ns } = await this.#contestant.run(count)
      warm += ns
      const settled = ns > target / 1.5 && ns < target * 1.5
      if ((settled && warm > WARM_UP_NS) || warm > 10 * WARM_UP_NS) return count
      const wanted = Math.ceil((count * target) / Math.max(ns, 1))
      count = Math.min(wanted, count * 16, MOST_ITERATIONS)
    }
  }

  async sample(): Promise<Sample> {
    const { ns, ...values } = this.#counted ? await this.#countedRun() : await this.#run()
    return { ns: ns / this.#iterations, iterations: this.#iterations, values }
  }

  [Symbol.dispose](): void {
    this.#contestant[Symbol.dispose]()
  }

  #run() {
    return this.#contestant.run(this.#iterations)
  }

  /** With the interrupts that it caused, and how many processors it kept busy. */
  async #countedRun() {
    const { pid } = this.#contestant
    const before = { ...readInterrupts(), cpu: readCpuTime(pid), at: process.hrtime.bigint() }
    const answer = await this.#run()
    const wall = Number(process.hrtime.bigint() - before.at)
    const { tlb, calls } = readInterrupts()
    return {
      ...answer,
      tlb: tlb - before.tlb,
      calls: calls - before.calls,
      cpus: (readCpuTime(pid) - before.cpu) / wall,
    }
  }
}
