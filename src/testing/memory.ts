import { CheckedAccess } from '../access/checked-access.js'
import { type AccessWidth, getWord, setWord, type Word } from '../access/words.js'
import { IoMappingError, type IoMappingErrorCode } from '../system/errors.js'
import { hex } from '../system/numbers.js'

/** So many bytes of zeros. @throws IoMappingError with that code and message, where there is not so much memory */
export const allocate = (size: number, code: IoMappingErrorCode, message: string): Uint8Array => {
  try {
    return new Uint8Array(size)
  } catch (cause) {
    throw new IoMappingError(code, message, { cause })
  }
}

/** Plain memory: what a simulated device keeps its state in. */
export class Memory extends CheckedAccess {
  readonly #bytes: Uint8Array

  constructor(size: number) {
    super('the state', size)
    const why = 'there is not so much memory; describe less of it'
    this.#bytes = allocate(
      size,
      'ERR_IO_ADDRESS_SPACE',
      `A device of ${hex(size)} bytes can't be simulated: ${why}`,
    )
  }

  /** It is no window of the process: a device has 64-bit registers wherever it is simulated. */
  protected override get widest(): 8 {
    return 8
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
