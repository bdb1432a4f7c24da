// How many calls of a function are under way: counted on the stack itself, from which nothing is cut unseen.

interface Traces {
  prepareStackTrace?: ((error: Error, frames: NodeJS.CallSite[]) => unknown) | undefined
  stackTraceLimit: number
}

/** A function, as the stack names it. */
export interface Frame {
  readonly name: string
  readonly file: string
}

/** How many of its calls are on the stack now; Infinity, where a program has made Error such that this can't be told. Microseconds. */
export const framesOf = ({ name, file }: Frame): number => {
  const frames = stackNow()
  if (!Array.isArray(frames)) return Number.POSITIVE_INFINITY
  return frames.filter(each => each.getFunctionName() === name && each.getFileName() === file).length
}

const stackNow = (): unknown => {
  const traces = Error as unknown as Traces
  const { prepareStackTrace, stackTraceLimit } = traces
  try {
    traces.prepareStackTrace = (_error, frames) => frames
    traces.stackTraceLimit = Number.POSITIVE_INFINITY
    return new Error().stack
  } catch {
    return undefined // Error is frozen
  } finally {
    Reflect.set(traces, 'prepareStackTrace', prepareStackTrace)
    Reflect.set(traces, 'stackTraceLimit', stackTraceLimit)
  }
}
