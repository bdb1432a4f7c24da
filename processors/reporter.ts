// For node --test --test-reporter: a line of JSON for each test that was not run.
import type { TestEvent } from 'node:test/reporters'
import type { Skip } from './skips.js'

export default async function* (events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  let lines = ''
  for await (const { type, data } of events) {
    if (type !== 'test:pass' && type !== 'test:fail') continue
    const { name, skip: reason } = data
    if (reason === undefined || reason === false) continue
    lines += `${JSON.stringify({ name, reason } satisfies Skip)}\n`
  }
  // All at once: Debian's Node 18 for i386 crashes soon after a file was written from four buffers by one fs.writev,
  // which is what four lines in a row become.
  yield lines
}
