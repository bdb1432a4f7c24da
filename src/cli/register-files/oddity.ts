import { Failure } from '../failure.js'

/** What a register file says wrong of one element: it costs that element, and no more. */
export class Oddity extends Failure {
  /** `where`: the element, and its place in the file. */
  constructor(
    readonly where: string,
    readonly what: string,
  ) {
    super(`${where}: ${what}`)
  }
}

/** More are kept of no file: who has so many reads the first ones. */
const KEPT_MAX = 10_000

/** What was wrong in a file, and what was done about it: each once, however often its element was read. */
export class Oddities {
  readonly #messages = new Set<string>()
  #more = 0

  add({ where, what }: Oddity, done: string): void {
    const message = `${where}: ${what}; ${done}`
    if (this.#messages.has(message)) return
    if (this.#messages.size < KEPT_MAX) this.#messages.add(message)
    else this.#more++
  }

  get messages(): readonly string[] {
    return [...this.#messages]
  }

  get count(): number {
    return this.#messages.size + this.#more
  }

  /** What `make` makes; undefined, with a warning, if that is in error. `name`: what then is left out. */
  attempt<T>(name: string, make: () => T): T | undefined {
    try {
      return make()
    } catch (error) {
      return this.leaveOut(name, error)
    }
  }

  /** Tells that `name` is left out because of an oddity; throws another error. */
  leaveOut(name: string, error: unknown): undefined {
    if (!(error instanceof Oddity)) throw error
    this.add(error, error.where.startsWith(`${name} `) ? 'it is left out' : `${name} is left out`)
  }
}
