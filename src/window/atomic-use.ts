// What `atomic` refuses of its callback, before and after. Here, since none of it is on the fast path.
import { badArgument } from '../system/errors.js'
import { refuseAsync, refuseOrder } from './mapping-refusals.js'

const TAG: typeof Symbol.toStringTag = Symbol.toStringTag

/** Async and generator functions have a tag, plain ones have none. By it, since those of another realm are no instances. */
export type Tagged = { readonly [TAG]?: unknown }

/** Checks a callback that is no plain function. */
export const checkUse = (use: unknown): void => {
  if (typeof use !== 'function') throw badArgument('atomic: use', use, 'a function')
  if (/^(Async|Generator|AsyncGenerator)Function$/.test(String((use as Tagged)[TAG])))
    throw refuseAsync('atomic', 'use is an async or generator function')
}

/** Checks what a callback returned; `inOrder`: it left no atomic page mapped. */
export const checkReturn = (result: unknown, inOrder: boolean): void => {
  if (isThenable(result)) {
    result.then(undefined, () => {}) // it lost its page: what becomes of it is told here, not as unhandled
    throw refuseAsync('atomic', 'use returned a promise')
  }
  if (!inOrder) throw refuseOrder()
}

const isThenable = (value: unknown): value is PromiseLike<unknown> =>
  ((typeof value === 'object' && value !== null) || typeof value === 'function') &&
  typeof (value as PromiseLike<unknown>).then === 'function'
