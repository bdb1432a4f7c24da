import { existsSync, statSync } from 'node:fs'
import { FORMS } from '../../apertures/forms.js'
import { Failure, UsageError } from '../failure.js'
import { type Input, openInput, STDIN } from '../files/input.js'
import { spokenSize } from '../shown/sizes.js'
import { apertureHint } from '../typed/aperture-hint.js'
import { checkAligned, mapAperture, namedAperture } from '../typed/apertures.js'
import { copyWidth, type WidthName } from '../typed/widths.js'

/** What can be compared: bytes of a file, or of device memory. */
export interface Operand extends Input {
  /** Refuses a range that it can't be read by. */
  check(offset: number, length: number): void
}

interface Access {
  readonly width?: WidthName
  readonly wc?: true
}

/** Whether a text is an aperture, or else a file's path. */
const isAperture = (text: string): boolean => Object.keys(FORMS).some(kind => text.startsWith(`${kind}:`))

/** Whether its length is known before it is read: a pipe's is not. */
const isMeasured = (text: string): boolean =>
  isAperture(text) || statSync(text, { throwIfNoEntry: false })?.isFile() === true

/** How much of a pipe is kept, if nothing says how much there will be. */
const PIPE_MAX = 1024 ** 3

/** Opens two, which are compared from `offsets` on. The one whose length is known comes first: it says how much of a pipe is needed. */
export const openOperands = async (
  [one, other]: readonly [string, string],
  offsets: readonly number[],
  access: Access,
): Promise<readonly [Operand, Operand]> => {
  const turned = !isMeasured(one) && isMeasured(other)
  const measure = turned ? other : one
  const first = await openOperand(measure, access, PIPE_MAX)
  try {
    if (first.length > PIPE_MAX && !isMeasured(measure))
      throw new Failure(
        `${first.name} has more than ${spokenSize(PIPE_MAX)}; save it in a file, and compare that`,
      )
    const most = first.length + Math.max(...offsets)
    const second = await openOperand(turned ? one : other, access, most)
    return turned ? [second, first] : [first, second]
  } catch (error) {
    await first[Symbol.asyncDispose]()
    throw error
  }
}

const openOperand = async (text: string, access: Access, most: number): Promise<Operand> => {
  if (isAperture(text)) return mapped(text, access)
  const meant = existsSync(text) || text === STDIN ? undefined : apertureHint(text)
  if (meant !== undefined) throw new UsageError(`there is no file '${text}'. Did you mean ${meant}?`)
  return { ...(await openInput(text, most)), check: () => {} }
}

const mapped = (text: string, { width: asked, wc }: Access): Operand => {
  const aperture = namedAperture(text)
  const lease = mapAperture(aperture, { writable: false, wc })
  const { mapping } = lease
  const width = copyWidth(asked, mapping.memoryType === 'write-back')
  return {
    name: aperture.name,
    length: aperture.size,
    check: (offset, length) => checkAligned(aperture, 'compare', width, offset, length),
    read: async (target, from) => {
      target.set(await mapping.readAsync(from, target.length, width ? { width: width.bytes } : {}))
    },
    [Symbol.asyncDispose]: async () => lease[Symbol.dispose](),
  }
}
