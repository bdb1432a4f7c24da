// What is written must not be what is read.
import { statSync } from 'node:fs'
import { splitFileText } from '../../apertures/file-text.js'
import { UsageError } from '../failure.js'

/** Refuses an output that is the very file that the aperture lies in: opening it would take the memory away. */
export const checkOutput = (apertureName: string, output: string): void => {
  const text = /^file:(.*)$/s.exec(apertureName)?.[1]
  if (text === undefined) return
  if (isSameFile(splitFileText(text).path, output))
    throw new UsageError(`--output is ${output}, the aperture's own file; name another`)
}

/** Whether two paths lead to one file. */
export const isSameFile = (one: string, other: string): boolean => {
  const [from, to] = [one, other].map(each => statSync(each, { throwIfNoEntry: false }))
  return from !== undefined && to !== undefined && from.dev === to.dev && from.ino === to.ino
}
