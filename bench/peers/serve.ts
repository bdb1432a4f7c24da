// A contestant's side of the protocol, in Node.
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { type Arguments, formatAnswer, formatError, parsePairs } from '../protocol.js'

/** The arguments of `prepare`. */
export class Given {
  readonly #values: ReadonlyMap<string, string>
  /** As they came, to hand them on to a thread. */
  readonly words: readonly string[]

  constructor(words: readonly string[]) {
    this.words = words
    this.#values = parsePairs(words)
  }

  has(name: string): boolean {
    return this.#values.has(name)
  }

  text(name: string, otherwise?: string): string {
    const value = this.#values.get(name) ?? otherwise
    if (value === undefined) throw new Error(`${name}= is missing`)
    return value
  }

  number(name: string, otherwise?: number): number {
    return otherwise !== undefined && !this.has(name) ? otherwise : Number(this.text(name))
  }

  /** The page numbers in the file `pages=`: a power of two of them, so that `& (length - 1)` goes around. */
  pages(): Uint32Array {
    return new Uint32Array(Uint8Array.from(readFileSync(this.text('pages'))).buffer)
  }
}

/** How long it took, in ns, and what else there is to tell. */
export type Outcome = Readonly<Record<string, number>> & { readonly ns: number }
export type Run = (iterations: number) => Outcome | Promise<Outcome>
export type Case = (given: Given) => Run | Promise<Run>

/** A run that is one loop. */
export const timed =
  (loop: (iterations: number) => void): Run =>
  iterations => {
    const start = process.hrtime.bigint()
    loop(iterations)
    return { ns: Number(process.hrtime.bigint() - start) }
  }

/** Answers lines until standard input ends. */
export const serve = async (cases: Readonly<Record<string, Case>>): Promise<void> => {
  let run: Run | undefined
  const answer = async (word = '', operand = '', rest: string[] = []): Promise<Arguments> => {
    if (word === 'run' && run) return await run(Number(operand))
    const prepare = word === 'prepare' ? cases[operand] : undefined
    if (!prepare) throw new Error(`'${word} ${operand}' is not understood`)
    run = await prepare(new Given(rest))
    return {}
  }
  for await (const line of createInterface({ input: process.stdin })) {
    const [word, operand, ...rest] = line.split('\t')
    const text = await answer(word, operand, rest).then(formatAnswer, formatError)
    process.stdout.write(`${text}\n`)
  }
  process.exit() // Workers may still wait
}
