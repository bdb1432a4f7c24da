// ioctl(2), by records: bytes in the layout of the kernel's structures.
import { native } from './native.js'
import { systemError } from './system-error.js'
import { viewOf } from './typed-arrays.js'

/** Words one behind the other: a number takes 32 bits, a bigint 64. As the kernel's structures, each is aligned by its place. */
export const record = (...words: readonly (number | bigint)[]): Uint8Array => {
  const bytes = new Uint8Array(words.reduce<number>((size, word) => size + sizeOf(word), 0))
  const view = viewOf(bytes)
  let at = 0
  for (const word of words) {
    if (typeof word === 'bigint') view.setBigUint64(at, word, true)
    else view.setInt32(at, word, true)
    at += sizeOf(word)
  }
  return bytes
}

const sizeOf = (word: number | bigint): number => (typeof word === 'bigint' ? 8 : 4)

/** What the call answers, 0 or more. Throws a SystemError, which names `call`. */
export const answerOf = (call: string, answer: number): number => {
  if (answer < 0) throw systemError(-answer, call)
  return answer
}

/** A call with a record, which the kernel may write to. Throws a SystemError, which names `call`. */
export const ioctl = (call: string, fd: number, request: number, argument: Uint8Array): number =>
  answerOf(call, native.ioctl(fd, request, argument))

/** A call with a number. Throws a SystemError, which names `call`. */
export const ioctlWord = (call: string, fd: number, request: number, word: number): number =>
  answerOf(call, native.ioctlWord(fd, request, word))
