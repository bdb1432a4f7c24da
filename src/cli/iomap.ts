#!/usr/bin/env node
import { interruptionOf, report } from './failure.js'
import { run } from './program.js'
import { exitWhenClosed } from './shown/output.js'

exitWhenClosed()
// What nothing waits for, such as a timer of a user's block, ends it in one line, too.
process.on('uncaughtException', error => {
  report(error)
  process.exit()
})
await run(process.argv.slice(2)).catch(error => {
  report(error)
  if (interruptionOf(error)) process.exit() // whatever stdout's reader has not taken yet
})
// A block of a user's own may have left something that goes on, such as a timer.
process.stdout.write('', error => {
  if (!error) process.exit()
})
