import { once } from 'node:events'
import { EXIT, report } from '../failure.js'
import { interruptible } from '../signals.js'

/** Prints to stdout, and waits while its reader is slow; a signal ends the wait. Throws Interrupted. */
export const print = async (text: string | Uint8Array): Promise<void> => {
  if (process.stdout.write(text)) return
  await interruptible(async signal => {
    await once(process.stdout, 'drain', { signal }).catch(error => {
      throw signal.aborted ? signal.reason : error
    })
  })
}

/** Bigints become hexadecimal strings, since JSON's numbers lose their low bits. */
export const jsonText = (value: unknown, indent = 2): string =>
  JSON.stringify(value, (_key, each) => (typeof each === 'bigint' ? `0x${each.toString(16)}` : each), indent)

/** Prints a value as JSON. */
export const printJson = (value: unknown): Promise<void> => print(`${jsonText(value)}\n`)

/** Prints an object as JSON, with a list as its last member, whose elements are made one after the other: all at once can be too large. */
export const printJsonList = async (
  object: Readonly<Record<string, unknown>>,
  name: string,
  elements: readonly (() => unknown)[],
): Promise<void> => {
  const indented = (value: unknown) => jsonText(value).replaceAll('\n', '\n    ')
  const members = Object.entries(object).map(
    ([each, value]) => `  ${JSON.stringify(each)}: ${jsonText(value).replaceAll('\n', '\n  ')},\n`,
  )
  await print(`{\n${members.join('')}  ${JSON.stringify(name)}: [`)
  for (const [i, element] of elements.entries())
    await print(`${i === 0 ? '' : ','}\n    ${indented(element())}`)
  await print(`\n  ]\n}\n`)
}

/**
 * Ends the process when stdout can't be written to: quietly where its reader has gone, as in iomap dump … | head, but not as if all were done: there
 * may be more to write, to verify, to compare.
 */
export const exitWhenClosed = (): void => {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') report(error)
    process.exitCode ||= EXIT.closed
    process.exit()
  })
  process.stderr.on('error', () => {}) // there is no one to tell
}
