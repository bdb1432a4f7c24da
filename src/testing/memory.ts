import type { Word } from '../registers/index.js'
import type { AccessWidth } from './access.js'
import { getWord, StandIn, setWord } from './stand-in.js'

/** Plain memory: what a simulated device keeps its state in. */
export class Memory extends StandIn {
  readonly #bytes: Uint8Array

  constructor(size: number) {
    super('the state', size)
    this.#bytes = new Uint8Array(size)
  }

  /** It is no window of the process: a device has 64-bit registers wherever it is simulated. */
  protected override get narrow(): boolean {
    return false
  }

  word(offset: number, width: AccessWidth): Word {
    return getWord(this.#bytes, offset, width)
  }

  setWord(offset: number, width: AccessWidth, value: Word): void {
    setWord(this.#bytes, offset, width, value)
  }

  clear(): void {
    this.#bytes.fill(0)
  }

  protected load(_call: string, offset: number, width: AccessWidth): Word {
    return this.word(offset, width)
  }

  protected store(_call: string, offset: number, width: AccessWidth, value: Word): void {
    this.setWord(offset, width, value)
  }
}
