#!/usr/bin/env node
import { isInterrupted, report } from './failure.js'
import { run } from './program.js'
import { exitWhenClosed } from './shown/output.js'

exitWhenClosed()
await run(process.argv.slice(2)).catch(error => {
  report(error)
  if (isInterrupted(error)) process.exit() // whatever stdout's reader has not taken yet
})
// A block of a user's own may have left something that goes on, such as a timer.
process.stdout.write('', error => {
  if (!error) process.exit()
})
